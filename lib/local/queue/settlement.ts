/** What becomes of a message after an attempt: delivered, tried again, or kept in the dead-letter queue. */

import { type AttemptResult, responseHeader } from "./attempt.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Events } from "./events.ts";
import { failureCallbackFor } from "./failure-callback.ts";
import type { QueueMessage } from "./message.ts";
import { type Records, write } from "./records.ts";
import { retryDelayMs } from "./retry-delay.ts";

export interface SettlementOptions {
  records: Records;
  deadLetters: DeadLetters;
  events: Events;
  now(): number;
  /** One more billed message: the failure callback. */
  bill(): void;
}

/** Stores the result in one transaction, then reports it; returns the messages that follow. Throws StorageGone. */
export function createSettlement({ records, deadLetters, events, now, bill }: SettlementOptions) {
  return async (message: QueueMessage, result: AttemptResult): Promise<QueueMessage[]> => {
    const { messageId } = message;
    const detail = { responseStatus: result.status };

    if (result.outcome === "delivered") {
      await records.commit([write.dropMessage(messageId), write.unmarkInFlight(messageId)]);
      events.record("DELIVERED", message, detail);
      return [];
    }

    const error = result.body.subarray(0, 500).toString();
    if (result.outcome === "retryable" && message.retried < message.maxRetries) {
      const delayMs = retryDelayMs(result.headers, message.retryDelay, message.retried, now());
      const next = { ...message, retried: message.retried + 1, dueAt: Math.round(now() + delayMs) };
      await records.commit([write.putMessage(next), write.unmarkInFlight(messageId)]);
      events.record("ERROR", message, { ...detail, error });
      events.record("RETRY", next, { nextDeliveryTime: next.dueAt });
      return [next];
    }

    const entry = deadLetters.entryFor(message, {
      responseStatus: result.status,
      responseHeader: responseHeader(result),
      responseBodyBase64: result.body.toString("base64"),
    });
    const callback = failureCallbackFor(entry, now());
    await records.commit([
      write.putDeadLetter(entry),
      ...(callback === null ? [] : [write.putMessage(callback)]),
      write.dropMessage(messageId),
      write.unmarkInFlight(messageId),
    ]);
    deadLetters.keep(entry);
    events.record("ERROR", message, { ...detail, error });
    events.record("FAILED", message, detail);
    if (callback === null) return [];
    bill();
    events.record("CREATED", callback);
    return [callback];
  };
}

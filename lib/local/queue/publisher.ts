/** Takes messages in: stored first, answered afterwards, a duplicate answered with the message it repeats. */

import type { Deduplication } from "./deduplication.ts";
import { messageFrom, type QueueMessage } from "./message.ts";
import type { PublishOrder } from "./publish-headers.ts";
import { type Records, write } from "./records.ts";

export interface Published {
  messageId: string;
  deduplicated?: true;
}

export interface PublisherOptions {
  records: Records;
  deduplication: Deduplication;
  now(): number;
  /** Takes over a message that is already stored. */
  accept(message: QueueMessage): void;
}

/** Throws StorageGone when the message is not stored; the publisher must then try again. */
export function createPublisher({ records, deduplication, now, accept }: PublisherOptions) {
  return async ({ template, delayMs, deduplicationId }: PublishOrder): Promise<Published> => {
    const at = now();
    const message = messageFrom(template, at, delayMs);
    const { messageId } = message;
    if (deduplicationId === null) {
      await records.commit([write.putMessage(message)]);
      accept(message);
      return { messageId };
    }
    const earlier = deduplication.find(deduplicationId, at);
    if (earlier !== null) {
      await earlier.stored;
      return { messageId: earlier.messageId, deduplicated: true };
    }
    const claim = deduplication.writes(deduplicationId, messageId, at);
    const stored = records.commit([write.putMessage(message), ...claim]);
    deduplication.remember(deduplicationId, messageId, at, stored);
    try {
      await stored;
    } catch (error) {
      deduplication.forget(deduplicationId);
      throw error;
    }
    accept(message);
    return { messageId };
  };
}

/** The local stand-in for QStash without its port: loads what Redis holds, then answers requests and delivers. */

import type { RedisBackend } from "../redis/backend.ts";
import { checkBearer, readBody } from "./access.ts";
import { createAddressResolver } from "./address.ts";
import { attemptDelivery } from "./attempt.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createDeduplication } from "./deduplication.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createEvents } from "./events.ts";
import { createLanes } from "./lanes.ts";
import { loopbackFetch, type SendDelivery } from "./loopback-fetch.ts";
import type { QueueMessage } from "./message.ts";
import { createMessageActions } from "./message-actions.ts";
import { messageRoutes } from "./message-routes.ts";
import { readPublishHeaders } from "./publish-headers.ts";
import { publishRoutes, type ReadOrder } from "./publish-routes.ts";
import { createPublisher } from "./publisher.ts";
import { createRecords, type Records, type Stored, write } from "./records.ts";
import { Refusal } from "./refusal.ts";
import { createRoutes } from "./routes.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { createSchedules } from "./schedules.ts";
import { createSettlement } from "./settlement.ts";
import { createTimers, type SetTimer } from "./timers.ts";

export interface QueueOptions {
  backend: RedisBackend;
  token: string;
  currentSigningKey: string;
  nextSigningKey: string;
  /** Public base URL → loopback base URL: what is published for the first is signed for it and sent to the second. */
  forward?: Record<string, string>;
  /** Reaches the destinations; without it, plain HTTP. */
  fetch?: SendDelivery;
  now?: () => number;
  setTimer?: SetTimer;
  log?: (line: object) => void;
}

export interface Queue {
  /** Never rejects. `target` is the raw request target, when the caller has it. */
  handle(request: Request, from?: { target?: string; callerIp?: string }): Promise<Response>;
  /** Billed messages since the start: publishes, failure callbacks, schedule triggers, dead-letter retries. */
  messages(): number;
  /** True when every message taken in is settled; schedules do not count. */
  idle(): boolean;
  close(): Promise<void>;
}

/** Throws StorageGone when what Redis holds cannot be read. */
export async function createQueue(options: QueueOptions): Promise<Queue> {
  const { backend, currentSigningKey, nextSigningKey, log = () => {} } = options;
  const timers = createTimers(options.now, options.setTimer);
  const { now } = timers;
  const resolve = createAddressResolver(options.forward ?? {});
  const records = createRecords(backend);
  const stored = await records.load();
  const events = createEvents(now, log);
  const deadLetters = createDeadLetters(stored.deadLetters, now);
  const lanes = createLanes();
  let billed = 0;
  const bill = () => {
    billed += 1;
  };

  const attemptOptions = { timers, resolve, signingKey: currentSigningKey, send: options.fetch ?? loopbackFetch };
  const dispatcher = createDispatcher({
    timers,
    lanes,
    // A Redis that dies with this process has no use for the mark.
    mark: async ({ messageId }) => {
      if (backend.durable) await records.commit([write.markInFlight(messageId)]);
    },
    attempt: (message, closing) => {
      events.record("ACTIVE", message);
      return attemptDelivery(message, attemptOptions, closing);
    },
    settle: createSettlement({ records, deadLetters, events, now, bill }),
  });

  function accept(message: QueueMessage): void {
    bill();
    events.record("CREATED", message);
    dispatcher.add(message);
  }

  const schedules = createSchedules(stored.schedules, { timers, records, accept });
  const order: ReadOrder = (url, headers, body, callerIp) =>
    readPublishHeaders(url, headers, body, { resolve, now: now(), callerIp });
  const publish = createPublisher({ records, deduplication: createDeduplication(stored.claims), now, accept });
  const actions = createMessageActions({ records, dispatcher, deadLetters, events, now, accept });
  const route = createRoutes([
    ...publishRoutes({ order, publish, keys: { current: currentSigningKey, next: nextSigningKey } }),
    ...messageRoutes({ dispatcher, lanes, actions }),
    ...scheduleRoutes({ order, schedules }),
  ]);
  for (const message of await resumed(stored, records, now())) dispatcher.add(message);

  return {
    messages: () => billed,
    idle: () => dispatcher.all().length === 0,
    close: () => dispatcher.close(),
    async handle(request, { target = rawTarget(request.url), callerIp = "127.0.0.1" } = {}) {
      try {
        checkBearer(request, options.token);
        const { method, headers } = request;
        return await route({ method, target, headers, body: await readBody(request), callerIp });
      } catch (error) {
        if (error instanceof Refusal) return Response.json({ error: error.message }, { status: error.status });
        log({ event: "queue.fault", error: error instanceof Error ? error.message : "unknown" });
        return Response.json({ error: "internal error" }, { status: 500 });
      }
    },
  };
}

/** The stored messages; one that was in flight is due now, and its `upstash-retried` goes up so that the receiver can tell. */
async function resumed({ messages, inFlight }: Stored, records: Records, now: number): Promise<QueueMessage[]> {
  const all = messages.map((message) =>
    inFlight.has(message.messageId) ? { ...message, interrupted: message.interrupted + 1, dueAt: now } : message,
  );
  const changed = all.filter(({ messageId }) => inFlight.has(messageId));
  const marks = [...inFlight].map(write.unmarkInFlight);
  await records.commit([...changed.map(write.putMessage), ...marks]);
  return all.sort((a, b) => a.dueAt - b.dueAt);
}

function rawTarget(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+/i, "");
}

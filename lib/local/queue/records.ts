/** What the queue keeps in Redis, and the single place where it writes. A message is here from before its 200 until it is settled. */

import type { RedisBackend, Reply } from "../redis/backend.ts";
import type { DeadLetter, QueueMessage } from "./message.ts";
import { StorageGone } from "./refusal.ts";
import type { Schedule } from "./schedules.ts";

const MESSAGES = "local:queue:messages";
/** Ids whose attempt has begun: separate, so that the mark does not rewrite the body. */
const IN_FLIGHT = "local:queue:in-flight";
const DEAD_LETTERS = "local:queue:dlq";
const SCHEDULES = "local:queue:schedules";
const DEDUPLICATION = "local:queue:dedup";

export interface Claim {
  messageId: string;
  expiresAt: number;
}

export type Write = readonly string[];

export const write = {
  putMessage: (message: QueueMessage): Write => ["HSET", MESSAGES, message.messageId, JSON.stringify(message)],
  dropMessage: (messageId: string): Write => ["HDEL", MESSAGES, messageId],
  markInFlight: (messageId: string): Write => ["HSET", IN_FLIGHT, messageId, "1"],
  unmarkInFlight: (messageId: string): Write => ["HDEL", IN_FLIGHT, messageId],
  putDeadLetter: (entry: DeadLetter): Write => ["HSET", DEAD_LETTERS, entry.dlqId, JSON.stringify(entry)],
  dropDeadLetter: (dlqId: string): Write => ["HDEL", DEAD_LETTERS, dlqId],
  putSchedule: (schedule: Schedule): Write => ["HSET", SCHEDULES, schedule.scheduleId, JSON.stringify(schedule)],
  dropSchedule: (scheduleId: string): Write => ["HDEL", SCHEDULES, scheduleId],
  putClaim: (id: string, claim: Claim): Write => ["HSET", DEDUPLICATION, id, JSON.stringify(claim)],
  dropClaim: (id: string): Write => ["HDEL", DEDUPLICATION, id],
};

export interface Records {
  /** All or nothing, in one transaction. Throws StorageGone when Redis does not confirm. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Throws StorageGone. */
  load(): Promise<Stored>;
}

export interface Stored {
  messages: QueueMessage[];
  inFlight: Set<string>;
  deadLetters: DeadLetter[];
  schedules: Schedule[];
  claims: [string, Claim][];
}

export function createRecords(backend: RedisBackend): Records {
  async function run(send: () => Promise<Reply>): Promise<Reply> {
    const reply = await send().catch(() => null);
    if (reply === null || isError(reply) || (Array.isArray(reply) && reply.some(isError))) throw new StorageGone();
    return reply;
  }

  async function entries(key: string): Promise<[string, string][]> {
    const reply = await run(() => backend.command(["HGETALL", key]));
    const flat = Array.isArray(reply) ? reply.map(String) : [];
    return flat.flatMap((field, index) =>
      index % 2 === 0 ? [[field, flat[index + 1] ?? ""] as [string, string]] : [],
    );
  }

  async function values<Value>(key: string): Promise<Value[]> {
    return (await entries(key)).map(([, json]) => JSON.parse(json) as Value);
  }

  return {
    async commit(writes) {
      const [first] = writes;
      if (first === undefined) return;
      await run(() => (writes.length === 1 ? backend.command(first) : backend.transaction(writes)));
    },
    async load() {
      const claims = await entries(DEDUPLICATION);
      return {
        messages: await values<QueueMessage>(MESSAGES),
        inFlight: new Set((await entries(IN_FLIGHT)).map(([id]) => id)),
        deadLetters: await values<DeadLetter>(DEAD_LETTERS),
        schedules: await values<Schedule>(SCHEDULES),
        claims: claims.map(([id, json]) => [id, JSON.parse(json) as Claim]),
      };
    },
  };
}

function isError(reply: Reply): boolean {
  return reply !== null && typeof reply === "object" && "error" in reply;
}

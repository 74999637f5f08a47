/** Bulk acts: what they are and how far, which are not over, and the last ones of each instance. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type Bulk, type BulkState, bulkSchema } from "../core/bulk.ts";
import { bulkKeys, bulksOf, OPEN_BULKS } from "./keys.ts";
import { step } from "./redis.ts";
import { MOVE_BULK } from "./scripts/move-bulk.ts";

/** Of one instance, whatever their state. */
const LISTED = 10;
/** One that is over is shown for so long. */
const KEPT_SECONDS = 30 * 86_400;
const texts = z.array(z.string().nullable());

export type BulkStore = ReturnType<typeof createBulkStore>;

export function createBulkStore(redis: Redis) {
  const move = redis.createScript(MOVE_BULK);

  async function load(ids: readonly string[]): Promise<Bulk[]> {
    if (ids.length === 0) return [];
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hmget(bulkKeys(id).bulk, ...FIELDS);
    const raw = z.array(texts).parse(await step("read bulk acts", () => pipeline.exec()));
    return ids.flatMap((id, n) => read(id, raw[n] ?? []));
  }

  return {
    /** Stores a new one. Nothing is done before a job works on it. */
    async add(
      instance: string,
      bulk: Pick<Bulk, "id" | "state" | "ask" | "link" | "outboxes" | "basis" | "createdAt" | "found">,
    ): Promise<void> {
      const { id, ask, outboxes, found, createdAt, ...rest } = bulk;
      const of = bulksOf(instance);
      await step("add a bulk act", () =>
        redis
          .pipeline()
          .hset(bulkKeys(id).bulk, {
            ...rest,
            ask: JSON.stringify(ask),
            outboxes: JSON.stringify(outboxes),
            createdAt: `${createdAt}`,
            ...foundField(found),
          })
          .zadd(OPEN_BULKS, { score: createdAt, member: id })
          .zadd(of, { score: createdAt, member: id })
          .zremrangebyrank(of, 0, -(LISTED + 1))
          .exec(),
      );
    },

    load: async (id: string): Promise<Bulk | null> => (await load([id]))[0] ?? null,

    /** The last ones of an instance, newest first. */
    async of(instance: string): Promise<Bulk[]> {
      const raw = await step("list bulk acts", () => redis.zrange(bulksOf(instance), 0, LISTED - 1, { rev: true }));
      return load(z.array(z.string()).parse(raw));
    },

    /** Those that are not over, oldest first, up to `limit`; one command where there are none. */
    async open(limit: number): Promise<Bulk[]> {
      const raw = await step("list open bulk acts", () => redis.zrange(OPEN_BULKS, 0, limit - 1));
      return load(z.array(z.string()).parse(raw));
    },

    /** From one state to another. False: it was not in that one. */
    async move(id: string, from: BulkState, to: BulkState, more: Record<string, string> = {}): Promise<boolean> {
      const { bulk, lease } = bulkKeys(id);
      const pairs = Object.entries({ ...more, state: to }).flat();
      const raw = await step("move a bulk act", () => move.exec([bulk, lease], [from, ...pairs]));
      const [kind, state] = z.array(z.string()).parse(raw);
      // The answer to a first run was lost: it is there already.
      return kind === "moved" || state === to;
    },

    /** It is over: nobody looks after it any more, and it is forgotten some day. */
    async close(id: string): Promise<void> {
      const { bulk, lease, again } = bulkKeys(id);
      await step("close a bulk act", () =>
        redis.pipeline().zrem(OPEN_BULKS, id).expire(bulk, KEPT_SECONDS).del(lease, again).exec(),
      );
    },

    /** Why it cannot go on now; "" when it can. */
    async trouble(id: string, message: string): Promise<void> {
      await step("note a trouble", () => redis.hset(bulkKeys(id).bulk, { trouble: message }));
    },
  };
}

/** The field that holds what a plan found. */
export const foundField = (found: Bulk["found"]): { found: string } => ({ found: JSON.stringify(found) });

const COUNTS = ["looked", "put", "done", "failed", "unclear", "left", "takenOut"] as const;
const FIELDS = [
  "state",
  "ask",
  "link",
  "outboxes",
  "basis",
  "found",
  "cursor",
  "isListed",
  "trouble",
  "reason",
  "createdAt",
  "confirmedAt",
  "endedAt",
  ...COUNTS,
];

/** None: there is no such one, or it is none of ours. */
function read(id: string, values: readonly (string | null)[]): Bulk[] {
  const given = Object.fromEntries(FIELDS.map((field, n) => [field, values[n] ?? null]));
  if (given.state === null) return [];
  const counts = Object.fromEntries(COUNTS.map((field) => [field, given[field] ?? "0"]));
  const parsed = bulkSchema.safeParse({
    ...given,
    ...counts,
    id,
    ask: parse(given.ask),
    outboxes: parse(given.outboxes),
    basis: given.basis ?? "",
    found: parse(given.found),
    confirmedAt: given.confirmedAt,
    endedAt: given.endedAt,
    cursor: given.cursor ?? "",
    isListed: given.isListed === "1",
    trouble: given.trouble ?? "",
    reason: given.reason ?? "",
  });
  return parsed.success ? [parsed.data] : [];
}

function parse(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined; // the schema refuses it
  }
}

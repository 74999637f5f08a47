/**
 * A bulk act: many files at once, planned before anything is done. What a person asks for, and how far it is. A backfill
 * publishes what was never published (older than the relay, or left out by rules that were other ones then); a replay
 * sends again what is dead, or looks again for what is unclear. Pure.
 */
import { z } from "zod";
import type { Delivery } from "./delivery.ts";
import { isMeant } from "./replay.ts";
import { isBelow } from "./selection.ts";

const folder = z.string().max(1000).default("");

/** All that is named must fit. */
export const bulkAskSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("backfill"),
    /** `rules`: only those that former rules left out and the present ones select. */
    which: z.enum(["all", "rules"]).default("all"),
    folder,
  }),
  z.strictObject({
    kind: z.literal("replay"),
    state: z.enum(["dead", "unclear"]).default("dead"),
    folder,
    /** A glob over the whole path, without its first slash. */
    path: z.string().min(1).max(400).optional(),
    /** Part of the last attempt's message, in any case. */
    reason: z.string().min(1).max(200).optional(),
    /** How the last attempt ended. */
    outcome: z.string().max(40).optional(),
    /** Not what ended before this (ms). */
    since: z.number().nullable().default(null),
  }),
]);
export type BulkAsk = z.infer<typeof bulkAskSchema>;
export type BackfillAsk = Extract<BulkAsk, { kind: "backfill" }>;
export type ReplayAsk = Extract<BulkAsk, { kind: "replay" }>;

export const BULK_STATES = ["counting", "ready", "running", "cancelling", "cancelled", "done"] as const;
export type BulkState = (typeof BULK_STATES)[number];

const count = z.coerce.number().int().default(0);

/** What a plan found: counts of files. */
export const foundSchema = z.object({
  looked: z.number(),
  /** Would be delivered; `byRules` of them were left out by former rules. */
  meant: z.number(),
  byRules: z.number(),
  /** Delivered, or on their way. */
  already: z.number(),
  /** Not listed yet: the ordinary listing brings them. */
  fresh: z.number(),
  /** By the reason, or the rule by its name and value. */
  skipped: z.record(z.string(), z.number()),
  examples: z.array(z.object({ id: z.string(), path: z.string(), reason: z.string().nullable() })),
});
export type BulkFound = z.infer<typeof foundSchema>;

export const NOTHING_FOUND: BulkFound = {
  looked: 0,
  meant: 0,
  byRules: 0,
  already: 0,
  fresh: 0,
  skipped: {},
  examples: [],
};

/** A bulk act as it is stored. */
export const bulkSchema = z.object({
  id: z.string(),
  state: z.enum(BULK_STATES),
  ask: bulkAskSchema,
  /** Of the link, or of one of its destinations. */
  link: z.string(),
  /** That its deliveries go into: its link may have others by now. None: planned by a version that did not note them. */
  outboxes: z.array(z.string()).default([]).readonly(),
  /** A fingerprint of what it was planned by. "": by a version that did not note it. */
  basis: z.string().default(""),
  createdAt: z.coerce.number(),
  confirmedAt: z.coerce.number().nullable(),
  endedAt: z.coerce.number().nullable(),
  found: foundSchema,
  /** Where it goes on, in the form of whoever reads it. */
  cursor: z.string(),
  /** While it runs: files looked at, and whether that is all. */
  looked: count,
  isListed: z.boolean(),
  /** Deliveries put into outboxes, and what became of them. */
  put: count,
  done: count,
  failed: count,
  unclear: count,
  left: count,
  takenOut: count,
  /** Why it cannot go on now, for a person to mend. */
  trouble: z.string(),
  /** Why it was called off by nobody; else "". */
  reason: z.string(),
});
export type Bulk = z.infer<typeof bulkSchema>;

/** How many of what was put in are still on their way: at most as many as wait and are claimed at all. */
export function onTheirWay(bulk: Bulk, waitingAndClaimed: number): { waiting: number; replaced: number } {
  const open = Math.max(0, bulk.put - bulk.done - bulk.failed - bulk.unclear - bulk.left - bulk.takenOut);
  const waiting = Math.min(open, waitingAndClaimed);
  // A newer revision took their place, or the file went: they are the ordinary relay's by now.
  return { waiting, replaced: bulk.isListed ? open - waiting : 0 };
}

/** The count that a delivery of a bulk act goes into when it is over. */
export function tallyOf(
  to: "settled" | "dead" | "unclear",
  delivery: Delivery,
): "done" | "failed" | "unclear" | "left" {
  if (to !== "settled") return to === "dead" ? "failed" : "unclear";
  const outcome = delivery.attempts.at(-1)?.outcome;
  return outcome === "skipped" || outcome === "removed" || outcome === "hidden" ? "left" : "done";
}

/** Whether a delivery that is over is meant by a replay. */
export function isMeantBy(ask: ReplayAsk): (delivery: Delivery, endedAt: number) => boolean {
  const { folder: within, path, reason, outcome, since } = ask;
  const given = Object.entries({ path, reason, outcome }).filter(([, value]) => value !== undefined);
  const fits = isMeant(Object.fromEntries(given));
  return (delivery, endedAt) =>
    (since === null || endedAt >= since) && isBelow(within, delivery.path) && fits(delivery);
}

/** The sum of two parts of a plan; few examples are enough. */
export function added(one: BulkFound, other: BulkFound): BulkFound {
  const skipped = { ...one.skipped };
  for (const [why, files] of Object.entries(other.skipped)) skipped[why] = (skipped[why] ?? 0) + files;
  return {
    looked: one.looked + other.looked,
    meant: one.meant + other.meant,
    byRules: one.byRules + other.byRules,
    already: one.already + other.already,
    fresh: one.fresh + other.fresh,
    skipped,
    examples: [...one.examples, ...other.examples].slice(0, 5),
  };
}

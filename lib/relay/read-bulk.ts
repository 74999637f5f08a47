/** What pages, commands and programs are shown of a bulk act: at a bounded cost, however many files it is about. */
import { z } from "zod";
import { type Bulk, bulkSchema, onTheirWay } from "../core/bulk.ts";
import { type Cost, costOf, endsBy, type Speed, type TimeNeeded, timeNeeded } from "../core/bulk-estimate.ts";
import { isAsPlanned, isGone, isThrough, linkOfBulk } from "./bulk-link.ts";
import { type Lane, lanesOf, type Services, type Shelf } from "./services.ts";

const needed = z.object({ ms: z.number(), by: z.enum(["posts", "spacing", "pace"]), isAssumed: z.boolean() });
const cost = z.object({ commands: z.number(), messages: z.number(), usd: z.number() });

export const bulkFactsSchema = z.object({
  bulk: bulkSchema,
  /** Deliveries each file makes: one for each destination. */
  width: z.number(),
  waiting: z.number(),
  /** Put in, and then a newer revision or a deletion took their place. */
  replaced: z.number(),
  /** Of what is meant or waits; null where there is nothing to estimate, or its link does not run now. */
  time: needed.nullable() satisfies z.ZodType<TimeNeeded | null>,
  cost: cost.nullable() satisfies z.ZodType<Cost | null>,
  /** Its instance lists and delivers now. */
  runs: z.boolean(),
  /** False: that is another one than it was planned for. */
  asPlanned: z.boolean(),
});
export type BulkFacts = z.infer<typeof bulkFactsSchema>;

/** Of the last deliveries, to measure the pace. */
const MEASURED = 50;

/** Null: there is no such one. */
export async function readBulk(services: Services, id: string): Promise<BulkFacts | null> {
  const bulk = await services.bulks.load(id);
  if (bulk === null) return null;
  const link = await linkOfBulk(services, bulk);
  if (link === null) {
    const asPlanned = !(await isGone(services, bulk));
    const shown = !asPlanned && isThrough(bulk) ? { ...bulk, state: "done" as const } : bulk;
    return { bulk: shown, width: 1, waiting: 0, replaced: 0, time: null, cost: null, runs: false, asPlanned };
  }
  const width = bulk.ask.kind === "backfill" ? link.bulk.width : 1;
  const { waiting, replaced } = await readProgress(link, bulk);
  const isOver = bulk.state === "running" && bulk.isListed && waiting === 0;
  const shown = isOver ? { ...bulk, state: "done" as const } : bulk;
  const facts = { bulk: shown, width, waiting, replaced, runs: true, asPlanned: isAsPlanned(bulk, link) };
  if (isOver || (bulk.state !== "ready" && bulk.state !== "running")) return { ...facts, time: null, cost: null };
  const lanes = bulk.ask.kind === "backfill" ? lanesOf(link) : [link];
  const now = services.now();
  const speeds = await Promise.all(lanes.map((lane) => speedOf(lane, now)));
  if (bulk.state === "ready") {
    return { ...facts, time: timeNeeded(bulk.found.meant, speeds, now), cost: costOf(bulk.found, speeds) };
  }
  const planned = timeNeeded(Math.max(waiting, remaining(bulk) / width), speeds, now);
  const over = bulk.done + bulk.failed + bulk.unclear + bulk.left;
  const measured = planned.by === "pace" ? endsBy(waiting, over, now - (bulk.confirmedAt ?? now)) : null;
  return { ...facts, time: measured === null ? planned : { ms: measured, by: "pace", isAssumed: false }, cost: null };
}

/** What was planned and is not over yet: more than what waits, as long as it is still being put in. */
const remaining = (bulk: Bulk): number =>
  bulk.isListed ? 0 : Math.max(0, bulk.found.meant - bulk.done - bulk.failed - bulk.unclear - bulk.left);

/** How much of what it put in is on its way; one request. */
export async function readProgress(shelf: Shelf, bulk: Bulk): Promise<{ waiting: number; replaced: number }> {
  return onTheirWay(bulk, bulk.put === 0 ? 0 : await shelf.bulk.underway(bulk.ask.kind));
}

async function speedOf(lane: Lane, now: number): Promise<Speed> {
  const { inspection, posts, width } = lane.desk;
  const [last, counts, taken] = await Promise.all([
    inspection.page("settled", null, MEASURED, true),
    inspection.counts(lane.destination.credential),
    posts?.taken(now) ?? 0,
  ]);
  const ms = last.flatMap(({ stored }) => {
    const attempt = stored?.delivery.attempts.at(-1);
    return attempt?.outcome === "delivered" || attempt?.outcome === "updated" ? [attempt.ms] : [];
  });
  return {
    width,
    msEach: ms.length === 0 ? null : ms.reduce((sum, one) => sum + one, 0) / ms.length,
    posts: posts === null ? null : { ...posts.limits, taken },
    heldUntil: counts.hold?.until ?? null,
  };
}

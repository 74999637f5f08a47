/**
 * Instances that list at an interval. Each listing asks the queue for the next one; the sweep begins again with a chain
 * of them that broke. However many jobs ask, there is one listing an interval.
 */
import { drainLink } from "./drain-outbox.ts";
import type { JobResult } from "./run-job.ts";
import type { Link, Services } from "./services.ts";
import { type ListingRun, syncAndDrain } from "./sync-and-drain.ts";

/** A poll that is so late was lost: the queue may be slow, but not by that much. */
const LATE_MS = 60_000;
/** One that comes this much too early is another chain's second. */
const EARLY = 0.5;
/**
 * Of those asked for within this part of an interval one comes. Less than EARLY, the listing's own time included: else
 * the one that stands for a later listing's next would itself come too early after that, and end the chain.
 */
const SAME = 0.25;

/** A `list` job: once, and at the next interval again where the instance polls. */
export async function pollInstance(services: Services, link: Link, run: ListingRun): Promise<JobResult> {
  const pollMs = link.standing?.pollMs ?? null;
  if (run.seenBy === "poll") {
    if (pollMs === null) return { kind: "done" }; // no longer
    const listedAt = await link.source.listedAt();
    const isAnothers = listedAt !== null && services.now() - listedAt < pollMs * EARLY;
    if (isAnothers && !run.redelivered) return { kind: "done" };
  }
  if (pollMs !== null) await askForNext(services, link, pollMs);
  return syncAndDrain(services, link, run);
}

/** The sweep leaves the listing to the interval, unless that has stopped; what waits it looks for all the same. */
export async function sweepPolled(services: Services, link: Link, run: ListingRun): Promise<JobResult> {
  const pollMs = link.standing?.pollMs ?? 0;
  const listedAt = await link.source.listedAt();
  if (listedAt === null || services.now() - listedAt > pollMs + LATE_MS) return pollInstance(services, link, run);
  await drainLink(services, link, run.deadline);
  return { kind: "done" };
}

/** Asked before the listing, so that a listing which fails has a next one too. */
async function askForNext(services: Services, link: Link, pollMs: number): Promise<void> {
  const at = services.now() + pollMs;
  const deduplicationId = `poll_${link.id}_${Math.floor(at / (pollMs * SAME))}`;
  const job = { job: "list", instance: link.id, poll: true } as const;
  await services.queue.enqueue([{ job, delaySeconds: Math.ceil(pollMs / 1000), deduplicationId }]);
}

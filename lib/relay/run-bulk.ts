/**
 * Works on a bulk act, step by step: each step commits what it did with the place to go on from, or nothing. A run that
 * dies leaves the next one there; a second one at the same time finds the lease taken. What is found, put in and taken
 * out is counted in the step that does it.
 */
import type { Bulk } from "../core/bulk.ts";
import { CHANGED } from "../core/bulk-words.ts";
import type { SourceStore } from "../store/source-store.ts";
import { listStep } from "./backfill-steps.ts";
import { isAsPlanned, isGone, isThrough, linkOfBulk, shelfOfBulk } from "./bulk-link.ts";
import type { BulkStep } from "./bulk-step.ts";
import { readProgress } from "./read-bulk.ts";
import { deadStep } from "./replay-steps.ts";
import type { JobResult, JobRun } from "./run-job.ts";
import type { Link, Services, Shelf } from "./services.ts";
import { takeOutStep } from "./take-out-steps.ts";
import { wakeDrain } from "./wake-drain.ts";

const DONE: JobResult = { kind: "done" };
/** A step takes at most this long. */
const STEP_MS = 60_000;
/** Open ones that a sweep looks after: with most of them nothing is to be done. */
const OPEN_MAX = 500;
/** Repeats of what one sweep asks for are dropped: other than this (ms) no sweep follows another. */
const SWEEP_MS = 60_000;

export async function runBulk(services: Services, id: string, run: JobRun): Promise<JobResult> {
  const found = await services.bulks.load(id);
  if (found === null || (await isHeldUp(services, found))) return DONE;
  const at = await whereOf(services, found);
  // While its instance is paused nothing goes on; the sweep looks again.
  if (at === null) return (await isGone(services, found)) ? giveUp(services, found, run) : DONE;
  if (!isAtWork(found)) return finish(services, at.shelf, found);
  const source = at.shelf.bulk.source(id);
  const token = services.randomId();
  const begun = await source.begin(token);
  if (begun.kind !== "taken") {
    const mayBeDead = begun.kind === "held" && run.redelivered;
    return mayBeDead ? { kind: "again", afterMs: begun.leftMs, message: "another run works on it" } : DONE;
  }
  return work(services, source, { id, token, deadline: run.deadline });
}

/** Over where all of it had ended; else called off, and with it what it has put in. */
async function giveUp(services: Services, bulk: Bulk, run: JobRun): Promise<JobResult> {
  const { id, state } = bulk;
  const isOver = isThrough(bulk);
  const ended = { endedAt: `${services.now()}` };
  const isMoved = isOver ? await services.bulks.move(id, "running", "done", ended) : await callOff(services, bulk);
  // A person decided otherwise meanwhile: that has a job of its own.
  if (!isMoved) return DONE;
  if (state === "running" && !isOver) return runBulk(services, id, run);
  await services.bulks.close(id);
  return DONE;
}

/** `link`: null for one that is over or being called off, which takes no more than what is stored. */
interface Where {
  shelf: Shelf;
  link: Link | null;
}

async function whereOf(services: Services, bulk: Bulk): Promise<Where | null> {
  const needsNoLink = bulk.state === "cancelling" || isEnded(bulk);
  const link = needsNoLink ? null : await linkOfBulk(services, bulk);
  const shelf = needsNoLink ? await shelfOfBulk(services, bulk) : link;
  return shelf === null ? null : { shelf, link };
}

/** By the cap on the cost, until the first sweep below it. Calling off is not: what it left would be sent then. */
const isHeldUp = async ({ spending }: Services, { state }: Bulk): Promise<boolean> =>
  state !== "cancelling" && (await spending.isCapReached());

async function work(
  services: Services,
  source: SourceStore,
  { id, token, deadline }: { id: string; token: string; deadline: number },
): Promise<JobResult> {
  let isAwake = false;
  for (;;) {
    // Read under the lease: only a person changes it now, who takes the lease away with it.
    const bulk = await services.bulks.load(id);
    // Its instance may be another one than before the last step, or paused.
    const at = bulk === null ? null : await whereOf(services, bulk);
    if (bulk === null || at === null) {
      await source.release(token, "*");
      return DONE;
    }
    // Also behind the last step: what that put in is taken out again.
    if (at.link !== null && !isEnded(bulk) && !isAsPlanned(bulk, at.link)) {
      await callOff(services, bulk);
      continue;
    }
    const { shelf } = at;
    if (!isAtWork(bulk)) {
      await source.release(token, "*");
      return finish(services, shelf, bulk);
    }
    if (await isHeldUp(services, bulk)) {
      await source.release(token, "*");
      return DONE;
    }
    if (services.now() + STEP_MS > deadline) {
      await source.release(token, "*");
      await services.queue.enqueue([{ job: { job: "bulk", bulk: id } }]);
      return DONE;
    }
    const step = await stepOf(services, at, token, bulk);
    if (step.kind === "unavailable" || step.kind === "trouble") {
      await services.bulks.trouble(id, step.message);
      await source.release(token, "*");
      services.log.warn({ link: shelf.id, bulk: id, message: step.message }, "bulk.trouble");
      return step.kind === "trouble" ? DONE : { kind: "again", afterMs: step.afterMs, message: step.message };
    }
    if (step.kind === "lost") {
      const still = await source.begin(token);
      // Another works on it, or the answer to a first, successful try was lost: then the stored place tells how far we are.
      if (still.kind !== "taken") return DONE;
      continue;
    }
    if (bulk.trouble !== "") await services.bulks.trouble(id, "");
    if (step.put > 0 && !step.isLast && !isAwake) {
      isAwake = true;
      await wakeDrain(services, shelf);
    }
  }
}

const isEnded = ({ state }: Bulk): boolean => state === "cancelled" || state === "done";

/** By nobody: what would be done is not what a person has seen. */
async function callOff({ bulks, log, now }: Services, { id, link, state }: Bulk): Promise<boolean> {
  log.warn({ link, bulk: id, state }, "bulk.instance_changed");
  return state === "running"
    ? bulks.move(id, "running", "cancelling", { cursor: "", reason: CHANGED })
    : bulks.move(id, state, "cancelled", { endedAt: `${now()}`, reason: CHANGED });
}

/** Nothing is left for a job; who died on the way here is brought again, and does this then. */
async function finish(services: Services, shelf: Shelf, { id, state }: Bulk): Promise<JobResult> {
  services.log.info({ link: shelf.id, bulk: id, state }, "bulk.ended");
  if (state === "cancelled") await services.bulks.close(id);
  // A drain that began with the first part may have outrun the others and ended.
  if (state === "running") await wakeDrain(services, shelf);
  return DONE;
}

/** Whether there is something for a job to do. */
const isAtWork = ({ state, isListed }: Bulk): boolean =>
  state === "counting" || state === "cancelling" || (state === "running" && !isListed);

async function stepOf(services: Services, { shelf, link }: Where, token: string, bulk: Bulk): Promise<BulkStep> {
  const { ask } = bulk;
  const source = shelf.bulk.source(bulk.id);
  if (bulk.state === "cancelling") return takeOutStep(services, shelf, source, token, bulk);
  if (link === null) return { kind: "lost" };
  return ask.kind === "backfill"
    ? listStep(services, link, source, token, { ...bulk, ask })
    : deadStep(services, link, source, token, { ...bulk, ask });
}

/** Of the sweep: those whose job was lost go on, and those of which nothing is under way any more are over. */
export async function goOnWithBulks(services: Services): Promise<void> {
  for (const bulk of await services.bulks.open(OPEN_MAX)) {
    if (await isHeldUp(services, bulk)) continue;
    const at = bulk.state === "ready" ? null : await whereOf(services, bulk);
    if (at === null && bulk.state !== "ready") {
      if (await isGone(services, bulk)) await askFor(services, bulk);
      // Paused it may go on; with its whole instance removed it never will, and that looks the same from here.
      else if (services.now() - bulk.createdAt > PAUSED_KEPT_MS) await services.bulks.close(bulk.id);
    } else if (isAtWork(bulk)) {
      await askFor(services, bulk);
    } else if (bulk.state === "running") {
      if (at === null || (await readProgress(at.shelf, bulk)).waiting > 0) continue;
      const ended = await services.bulks.move(bulk.id, "running", "done", { endedAt: `${services.now()}` });
      if (ended) await services.bulks.close(bulk.id);
    } else if (bulk.state !== "ready") {
      await services.bulks.close(bulk.id);
    } else if (services.now() - bulk.createdAt > PLAN_KEPT_MS) {
      // First: whoever confirms it now would start what nobody looks after.
      const ended = { endedAt: `${services.now()}` };
      if (await services.bulks.move(bulk.id, "ready", "cancelled", ended)) await services.bulks.close(bulk.id);
    }
  }
}

async function askFor({ queue, now }: Services, { id }: Bulk): Promise<void> {
  const deduplicationId = `bulk_${id}_${Math.floor(now() / SWEEP_MS)}`;
  await queue.enqueue([{ job: { job: "bulk", bulk: id }, deduplicationId }]);
}

/** A plan that nobody confirms is forgotten some time after this. */
const PLAN_KEPT_MS = 7 * 86_400_000;
const PAUSED_KEPT_MS = 90 * 86_400_000;

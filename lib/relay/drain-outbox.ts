/**
 * Claims due deliveries in batches and delivers them until none is due or time is up. The outbox owns every repeat: what
 * is due later is left to a delayed job, which this asks for at its end.
 */
import type { Hold } from "../core/hold.ts";
import type { Settlement } from "../store/delivery-rows.ts";
import { BATCH_MAX, type Turn } from "../store/outbox-store.ts";
import { deliverBatch } from "./deliver-batch.ts";
import { type Lane, type Link, lanesOf, type Services } from "./services.ts";

/** A wait this short is spent here: it is cheaper and quicker than a message. */
const WAIT_HERE_MS = 3_000;
/** What Redis may need before and after a batch, beside the claim it takes at most. */
const AROUND_BATCH_MS = 15_000;

export interface Drained {
  delivered: number;
  /** When the follow-up job comes (ms); null when nothing waits. */
  nextAt: number | null;
}

/** Lanes being drained in this process, and whether somebody else wanted to meanwhile. */
const draining = new WeakMap<Lane, { again: boolean }>();

/** All destinations of a link at the same time: none waits for another. What fails keeps none from being drained. */
export async function drainLink(services: Services, link: Link, deadline: number): Promise<void> {
  const runs = lanesOf(link).map((lane) => drainOutbox(services, lane, deadline));
  for (const run of await Promise.allSettled(runs)) if (run.status === "rejected") throw run.reason;
}

/**
 * `deadline` (ms): no batch is claimed that could run past it. One run a lane and process: another call returns at once,
 * and the run that is on its way looks once more before it ends.
 */
export async function drainOutbox(services: Services, link: Lane, deadline: number): Promise<Drained> {
  const underway = draining.get(link);
  if (underway !== undefined) {
    underway.again = true;
    return { delivered: 0, nextAt: null };
  }
  const run = { again: false };
  draining.set(link, run);
  try {
    return await drain(services, link, deadline, run);
  } finally {
    draining.delete(link);
  }
}

async function drain(services: Services, link: Lane, deadline: number, run: { again: boolean }): Promise<Drained> {
  const batchMs = link.timing.claimMs + AROUND_BATCH_MS;
  let settleToken = "";
  let settlements: Settlement[] = [];
  let hold: Hold | null = null;
  let fault: unknown = null;
  let delivered = 0;
  for (;;) {
    const now = services.now();
    const inTime = now + batchMs <= deadline;
    const isLeft = link.standing !== undefined && !(await link.standing.goesOn());
    const stopped = isLeft || (await services.spending.isCapReached());
    const claimToken = services.randomId();
    run.again = false;
    const turn: Turn = await link.outbox.settleAndClaim({
      settleToken,
      claimToken,
      now,
      limit: inTime && fault === null && !stopped ? BATCH_MAX : 0,
      credential: link.destination.credential,
      settlements,
      // Also one that Redis was told of in vain: else what is claimed is given back at once, over and over.
      hold: hold ?? link.pace.held(now),
    });
    if (fault !== null) throw fault;
    delivered += settlements.filter((one) => "step" in one && one.step.to === "settled").length;
    if (settlements.some((one) => "step" in one && one.step.to === "settled")) await link.standing?.accepted();
    settleToken = claimToken;
    settlements = turn.unreadable.map((unreadable) => ({ unreadable }));
    for (const { id } of turn.unreadable) services.log.error({ link: link.id, delivery: id }, "delivery.unreadable");
    hold = null;
    link.pace.heard(turn.hold);
    if (turn.claimed.length > 0 || settlements.length > 0) {
      const batch = await deliverBatch(services, link, turn);
      settlements.push(...batch.settlements);
      hold = batch.hold;
      fault = batch.fault;
      if (batch.refused !== null) await link.standing?.refused("destination", batch.refused);
      continue;
    }
    // Whoever lets it go on starts it again; after a cap it is a sweep.
    if (stopped) return { delivered, nextAt: null };
    const nextAt = inTime ? whenNext(turn) : now;
    if (nextAt === null) {
      if (run.again) continue;
      return { delivered, nextAt };
    }
    const waitMs = Math.max(nextAt - services.now(), 0);
    if (inTime && waitMs <= WAIT_HERE_MS && services.now() + waitMs + batchMs <= deadline) {
      await services.sleep(waitMs);
      continue;
    }
    await followUp(services, link, nextAt);
    // What another run found meanwhile may be due before that.
    if (run.again && inTime) continue;
    return { delivered, nextAt };
  }
}

function whenNext(turn: Turn): number | null {
  if (turn.nextDueAt === null) return null;
  return turn.hold === null ? turn.nextDueAt : Math.max(turn.hold.until, turn.nextDueAt);
}

/**
 * One follow-up a second at most, however many runs ask for it: always in a second that has not begun, so that one which
 * was asked for already is still to come. QStash waits a day at most on our word.
 */
async function followUp(services: Services, link: Lane, at: number): Promise<void> {
  const now = services.now();
  const second = Math.max(Math.ceil(at / 1000), Math.floor(now / 1000) + 1);
  const delaySeconds = Math.min(86_400, Math.ceil(second - now / 1000));
  const deduplicationId = `drain_${link.id}_${second}`;
  await services.queue.enqueue([{ job: { job: "drain", instance: link.id }, delaySeconds, deduplicationId }]);
}

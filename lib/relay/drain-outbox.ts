/**
 * Claims due deliveries in batches and delivers them until none is due or time is up. The outbox owns every repeat: what
 * is due later is left to a delayed job, which this asks for at its end.
 */
import type { Hold } from "../core/delivery.ts";
import { BATCH_MAX, type Settlement, type Turn } from "../store/outbox-store.ts";
import { deliverBatch } from "./deliver-batch.ts";
import type { Link, Services } from "./services.ts";

/** A wait this short is spent here: it is cheaper and quicker than a message. */
const WAIT_HERE_MS = 3_000;
/** A batch takes at most this long: see CLAIM_MS. */
const BATCH_MS = 30_000;

export interface Drained {
  delivered: number;
  /** When the follow-up job comes (ms); null when nothing waits. */
  nextAt: number | null;
}

/** `deadline` (ms): no batch is claimed that could run past it. */
export async function drainOutbox(services: Services, link: Link, deadline: number): Promise<Drained> {
  const token = services.randomId();
  let settlements: Settlement[] = [];
  let hold: Hold | null = null;
  let delivered = 0;
  for (;;) {
    const now = services.now();
    const inTime = now + BATCH_MS <= deadline;
    const turn: Turn = await link.outbox.settleAndClaim({
      token,
      now,
      limit: inTime ? BATCH_MAX : 0,
      credential: link.destination.credential,
      settlements,
      hold,
    });
    delivered += settlements.filter(({ step }) => step.to === "settled").length;
    settlements = [];
    hold = null;
    if (turn.hold !== null) link.pace.hold(turn.hold.until);
    if (turn.claimed.length > 0) {
      const batch = await deliverBatch(services, link, turn.claimed);
      settlements = batch.settlements;
      hold = batch.hold;
      continue;
    }
    const nextAt = inTime ? whenNext(turn) : now;
    if (nextAt === null) return { delivered, nextAt };
    const waitMs = Math.max(nextAt - services.now(), 0);
    if (inTime && waitMs <= WAIT_HERE_MS && services.now() + waitMs + BATCH_MS <= deadline) {
      await services.sleep(waitMs);
      continue;
    }
    await followUp(services, link, nextAt);
    return { delivered, nextAt };
  }
}

function whenNext(turn: Turn): number | null {
  if (turn.nextDueAt === null) return null;
  return turn.hold === null ? turn.nextDueAt : Math.max(turn.hold.until, turn.nextDueAt);
}

/** One follow-up a second at most, however many runs ask for it. QStash waits a day at most on our word. */
async function followUp(services: Services, link: Link, at: number): Promise<void> {
  const now = services.now();
  const second = Math.ceil(at / 1000);
  const delaySeconds = Math.min(86_400, Math.max(0, Math.ceil(second - now / 1000)));
  const job = { job: "drain", instance: link.id } as const;
  await services.queue.enqueue([
    delaySeconds === 0 ? { job } : { job, delaySeconds, deduplicationId: `drain_${link.id}_${second}` },
  ]);
}

/** Delivers one claimed batch, as wide as the credential's pace allows, and says what follows for each. */
import { type Claimed, type Hold, nextStep } from "../core/delivery.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Settlement } from "../store/outbox-store.ts";
import type { Link, Services } from "./services.ts";

/** No delivery is begun later than this after the claim, so that its requests end before the claim does. */
const START_WITHIN_MS = 8_000;

export interface Batch {
  settlements: Settlement[];
  hold: Hold | null;
}

export async function deliverBatch(services: Services, link: Link, claimed: readonly Claimed[]): Promise<Batch> {
  const startBefore = services.now() + START_WITHIN_MS;
  const batch: Batch = { settlements: [], hold: null };
  const running = new Set<Promise<void>>();
  const waiting = [...claimed];

  const settle = (one: Claimed, outcome: Outcome, startedAt: number) => {
    const now = services.now();
    const { step, hold } = nextStep(one, outcome, { now, ms: now - startedAt, random: services.random() });
    batch.settlements.push({ attempt: one.attempt, step });
    if (hold !== null) {
      link.pace.hold(hold.until);
      if (batch.hold === null || hold.until > batch.hold.until) batch.hold = hold;
    } else if (outcome.kind === "delivered" || outcome.kind === "updated") {
      link.pace.succeeded();
    }
    if (outcome.kind === "returned") return;
    services.log.info(
      {
        link: link.id,
        delivery: one.delivery.id,
        rev: one.delivery.rev,
        path: one.delivery.path,
        attempt: one.attempt,
        takenOver: one.takenOver,
        ...outcome,
        ms: now - startedAt,
        sinceSeenMs: now - one.delivery.seenAt,
        next: step.to,
        ...(step.to === "due" ? { dueAt: new Date(step.dueAt).toISOString() } : {}),
      },
      "delivery.attempted",
    );
  };
  const mayGoOn = () => link.pace.width(services.now()) > 0;

  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && services.now() < startBefore && running.size < link.pace.width(services.now())) {
      const one = waiting.shift();
      if (one === undefined) break;
      const startedAt = services.now();
      const work: Promise<void> = link.destination
        .deliver(one, mayGoOn)
        .then((outcome) => settle(one, outcome, startedAt))
        .finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size > 0) {
      await Promise.race(running);
      continue;
    }
    for (const one of waiting.splice(0)) settle(one, { kind: "returned" }, services.now());
  }
  return batch;
}

/** Delivers one claimed batch, as wide as the credential's pace allows, and says what follows for each. */

import { type Claimed, nextStep } from "../core/delivery.ts";
import type { Attempt } from "../core/destination.ts";
import type { Hold } from "../core/hold.ts";
import type { Outcome } from "../core/outcome.ts";
import { ATTEMPTS_MAX } from "../core/retry.ts";
import type { Settlement } from "../store/delivery-rows.ts";
import type { Turn } from "../store/outbox-store.ts";
import type { Lane, Services } from "./services.ts";

/** The last request of a claim begins its own length and this before the end. */
const MARGIN_MS = 1_000;

export interface Batch {
  settlements: Settlement[];
  hold: Hold | null;
  /** The credential is refused for good, in the destination's words; null: it is not. */
  refused: string | null;
  /** A fault of our own (Redis down while a token was renewed): settle what there is, then fail the job. */
  fault: unknown;
}

/** Counted, unlike a hold: a delivery whose attempt never fits into a claim must end some day. */
const OUT_OF_TIME: Outcome = {
  kind: "retryAt",
  at: null,
  cause: "unavailable",
  hold: false,
  message: "the answers took longer than one claim",
};

/** `claimEndsAt` (ms): no request begins that could outlive the claim, for another worker would take over beside it. */
export async function deliverBatch(
  services: Services,
  link: Lane,
  turn: Pick<Turn, "claimed" | "claimToken" | "claimEndsAt">,
): Promise<Batch> {
  const { startWithinMs, requestMs } = link.timing;
  const lastRequestAt = turn.claimEndsAt - requestMs - MARGIN_MS;
  const startBefore = Math.min(services.now() + startWithinMs, lastRequestAt);
  const batch: Batch = { settlements: [], hold: null, refused: null, fault: null };
  const running = new Set<Promise<void>>();
  const waiting = [...link.destination.groups(turn.claimed)];

  const settle = (one: Claimed, outcome: Outcome, startedAt: number) => {
    const now = services.now();
    if (outcome.kind === "unauthorized") batch.refused = outcome.message;
    const { step, hold } = nextStep(one, outcome, { now, ms: now - startedAt, random: services.random() });
    batch.settlements.push({ attempt: one.attempt, step });
    if (hold !== null) {
      link.pace.hold(hold.until, hold.reason);
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
        ...(one.delivery.gone === undefined ? {} : { gone: one.delivery.gone }),
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
  const mayGoOn = () => !link.pace.isHeld(services.now()) && services.now() < lastRequestAt;

  const attempt: Attempt = {
    mayGoOn,
    note: (notes) => link.outbox.note(turn.claimToken, notes),
    ownersOf: (remoteIds) => link.outbox.ownersOf(remoteIds),
  };

  async function deliver(group: readonly Claimed[]): Promise<void> {
    const startedAt = services.now();
    const fit = group.filter((one) => !isKiller(one));
    for (const one of group.filter(isKiller)) {
      // With a note something of it may be there, and nobody has looked.
      const kind = one.note === null ? "rejected" : "untellable";
      settle(one, { kind, message: `its worker died ${one.attempt - 1} times` }, startedAt);
    }
    if (fit.length === 0) return;
    link.pace.began();
    try {
      const outcomes = await link.destination.deliver(fit, attempt);
      for (const [n, one] of fit.entries()) {
        const outcome = outcomes[n] ?? { kind: "returned" };
        const isLate = outcome.kind === "returned" && services.now() >= lastRequestAt;
        settle(one, isLate ? OUT_OF_TIME : outcome, startedAt);
      }
    } catch (cause) {
      batch.fault ??= cause;
      for (const one of fit) settle(one, { kind: "returned" }, startedAt);
    } finally {
      link.pace.ended();
    }
  }

  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && services.now() < startBefore && link.pace.isOpen(services.now())) {
      const group = waiting.shift();
      if (group === undefined) break;
      const work: Promise<void> = deliver(group).finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size > 0) {
      await Promise.race(running);
      continue;
    }
    for (const one of waiting.splice(0).flat()) settle(one, { kind: "returned" }, services.now());
  }
  return batch;
}

/** Its workers died over and over before they could tell an outcome. */
const isKiller = ({ takenOver, attempt }: Claimed): boolean => takenOver && attempt > ATTEMPTS_MAX;

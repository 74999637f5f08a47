/**
 * A delivery (one file on its way to one destination) and what follows from an outcome. Pure.
 * Its id is the file id: a newer revision replaces a waiting one, so per file the newest wins and order holds.
 */
import { z } from "zod";
import type { Hold } from "./hold.ts";
import { formerSchema } from "./known-file.ts";
import type { Outcome } from "./outcome.ts";
import { ATTEMPTS_MAX, backoffMs } from "./retry.ts";

export const PRIORITIES = ["live", "replay", "backfill"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const SEEN_BY = ["notification", "poll", "sweep", "backfill"] as const;

/** Last attempts kept with a delivery, so that one hot file cannot grow without limit. */
export const ATTEMPTS_KEPT = 10;
/** Shortest hold: "wait 0 s" under a limit must not become a request after the other. */
const HOLD_MIN_MS = 1000;
/** After a refused credential one delivery is tried again this often: a token may be reinstated without a deploy. */
const UNAUTHORIZED_HOLD_MS = 15 * 60_000;

export const attemptSchema = z.object({
  number: z.number(),
  at: z.number(),
  ms: z.number(),
  outcome: z.string(),
  message: z.string().optional(),
});

export const deliverySchema = z.object({
  id: z.string(),
  instance: z.string(),
  rev: z.string(),
  name: z.string(),
  path: z.string(),
  size: z.number(),
  serverModified: z.number(),
  priority: z.enum(PRIORITIES),
  /** When the listing showed it, and how we came to list: by a notification, at an interval, by the sweep, or for a backfill. */
  seenAt: z.number(),
  seenBy: z.enum(SEEN_BY),
  attempts: z.array(attemptSchema),
  /** The file is gone, and this is what the destination is to follow; see `gone.ts`. */
  gone: z.enum(["deleted", "movedOut"]).optional(),
  /** The bulk act it is part of, which counts how it ends; `former`: why its file was not published before. */
  bulk: z.object({ id: z.string(), former: formerSchema.optional() }).optional(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** What the destination holds of a file. */
export interface Held {
  rev: string;
  remoteId: string;
  at: number;
  /** Where the file was then; not known of what was written by an older version. */
  path?: string | undefined;
  /** There, and shown to nobody. */
  hidden?: boolean | undefined;
}

/** A delivery under our claim; `attempt` is 1-based and already counted. */
export interface Claimed {
  delivery: Delivery;
  attempt: number;
  /** The claim before this one expired without an outcome: its effect may exist. */
  takenOver: boolean;
  /** What the destination holds of this file already, where its outbox remembers that. */
  before: Held | null;
  /** What an earlier attempt wrote down before an effect, in the destination's own form. */
  note: string | null;
}

/** Where a settled delivery goes. `counted: false` gives the attempt back. */
export type Step =
  | { to: "settled"; delivery: Delivery; remoteId: string | null }
  /** What the destination held was taken away: the ledger forgets it, so that the file, should it return, is a new one. */
  | { to: "settled"; delivery: Delivery; remoteId: null; forgets: string }
  | { to: "settled"; delivery: Delivery; remoteId: null; hides: Held }
  /** `keepsNote`: though refused at last, what was noted may have happened. */
  /** `clearAt`: as of one that is due. */
  | { to: "dead"; delivery: Delivery; keepsNote?: true; clearAt?: number }
  /** Whether it was written cannot be found out: never sent again until a person has looked. */
  | { to: "unclear"; delivery: Delivery }
  | {
      to: "due";
      delivery: Delivery;
      dueAt: number;
      counted: boolean;
      /** Until then (ms) a write that was never answered may still land; nothing newer may overtake it. */
      clearAt: number | null;
      /** What was found of an earlier revision. */
      former?: { rev: string; remoteId: string };
      /** What turned out to be there no longer. */
      forgets?: string;
    };

/** Decides what follows from an outcome. `ms` is how long the attempt took, `random` in [0, 1) feeds the jitter. */
export function nextStep(
  claimed: Claimed,
  outcome: Outcome,
  at: { now: number; ms: number; random: number },
): { step: Step; hold: Hold | null } {
  const { attempt } = claimed;
  const message = "message" in outcome ? outcome.message : "reason" in outcome ? outcome.reason : undefined;
  const delivery: Delivery =
    outcome.kind === "returned" || outcome.kind === "notYet"
      ? claimed.delivery
      : {
          ...claimed.delivery,
          attempts: [
            ...claimed.delivery.attempts,
            { number: attempt, at: at.now, ms: at.ms, outcome: outcome.kind, ...(message ? { message } : {}) },
          ].slice(-ATTEMPTS_KEPT),
        };
  const later = (notBefore: number | null, clearAt: number | null = null): Step =>
    attempt >= ATTEMPTS_MAX
      ? { to: "dead", delivery, ...(clearAt === null ? {} : { clearAt }) }
      : {
          to: "due",
          delivery,
          // The other side's time can lengthen the wait, not shorten it: else "1 s" uses all attempts up in a minute.
          dueAt: Math.max(notBefore ?? 0, at.now + backoffMs(attempt, at.random)),
          counted: true,
          clearAt,
        };
  /** Given back uncounted, ahead of what was seen with it: the same file asks first after a hold. */
  const back: Step & { to: "due" } = {
    to: "due",
    delivery,
    dueAt: delivery.seenAt - 1000,
    counted: false,
    clearAt: null,
  };

  switch (outcome.kind) {
    case "delivered":
    case "updated": {
      const { remoteId, pauseUntil } = outcome;
      const hold: Hold | null = pauseUntil === undefined ? null : { until: pauseUntil, reason: "rateLimited" };
      return { step: { to: "settled", delivery, remoteId }, hold };
    }
    case "skipped":
      return { step: { to: "settled", delivery, remoteId: null }, hold: null };
    case "removed":
      return { step: { to: "settled", delivery, remoteId: null, forgets: outcome.remoteId }, hold: null };
    case "hidden": {
      const { before: hides } = claimed;
      const settled = { to: "settled", delivery, remoteId: null } as const;
      return { step: hides === null ? settled : { ...settled, hides }, hold: null };
    }
    case "untellable":
      return { step: { to: "unclear", delivery }, hold: null };
    case "rejected":
      return {
        step: {
          to: "dead",
          delivery,
          ...(outcome.mayBeThere === true ? { keepsNote: true } : {}),
          ...(outcome.landsUntil === undefined ? {} : { clearAt: outcome.landsUntil }),
        },
        hold: null,
      };
    case "unclear":
      return { step: later(outcome.at, outcome.landsUntil), hold: null };
    case "returned":
      return { step: back, hold: null };
    case "foundFormer":
      return { step: { ...back, former: { rev: outcome.formerRev, remoteId: outcome.remoteId } }, hold: null };
    case "foundRemoved":
      return { step: { ...back, forgets: outcome.remoteId }, hold: null };
    case "notYet":
      return { step: { to: "due", delivery, dueAt: outcome.at, counted: false, clearAt: null }, hold: null };
    case "unauthorized": {
      const until = at.now + UNAUTHORIZED_HOLD_MS;
      return { step: back, hold: { until, reason: "unauthorized" } };
    }
    case "retryAt": {
      if (!outcome.hold) return { step: later(outcome.at), hold: null };
      // The attempt is given back, so its number does not grow: the refusals in a row do.
      const refusals = attempt + trailingRefusals(claimed.delivery);
      const until = Math.max(at.now + HOLD_MIN_MS, outcome.at ?? at.now + backoffMs(refusals, at.random));
      return { step: back, hold: { until, reason: outcome.cause === "givenUp" ? "givenUp" : "rateLimited" } };
    }
  }
}

/** How many of the last kept attempts in a row ended in "not now". */
function trailingRefusals({ attempts }: Delivery): number {
  const other = attempts.findLastIndex(({ outcome }) => outcome !== "retryAt");
  return attempts.length - 1 - other;
}

/** Which dead deliveries a person means, and what a person's act makes of a delivery. Pure. */
import { z } from "zod";
import { ATTEMPTS_KEPT, type Delivery } from "./delivery.ts";
import { fits, lettersOf } from "./glob.ts";
import { parseGlob } from "./glob-parse.ts";

/** All that is named must fit. */
export const deadFilterSchema = z.strictObject({
  /** A link's id, where there are several. */
  link: z.string().max(100).optional(),
  /** Part of the last attempt's message, in any case. */
  reason: z.string().min(1).max(200).optional(),
  /** How the last attempt ended, as `rejected` or `retryAt`. */
  outcome: z.string().max(40).optional(),
  /** A glob over the whole path, without its first slash. */
  path: z.string().min(1).max(400).optional(),
});
export type DeadFilter = z.infer<typeof deadFilterSchema>;

/** Whether a delivery is meant. The glob is read once for all of them. */
export function isMeant(filter: DeadFilter): (delivery: Delivery) => boolean {
  const glob = filter.path === undefined ? null : parseGlob(filter.path.normalize("NFC").replace(/^\//, ""));
  const words = filter.reason?.toLowerCase();
  return ({ path, attempts }) => {
    const last = attempts.at(-1);
    if (filter.outcome !== undefined && last?.outcome !== filter.outcome) return false;
    if (words !== undefined && !(last?.message ?? "").toLowerCase().includes(words)) return false;
    return glob === null || fits(glob, lettersOf(path.normalize("NFC").replace(/^\//, "")));
  };
}

/** Outcomes that are a person's acts, among the attempts of a delivery. */
export type PersonsAct = "replayed" | "postedAnew" | "foundThere";

/**
 * The delivery with the act in its history. It waits behind what is new from then on, also when it fails again. It is part
 * of no bulk act any more, which has counted it, unless it is part of another one now.
 */
export const actedOn = ({ bulk: _, ...delivery }: Delivery, act: PersonsAct, at: number, bulk?: string): Delivery => ({
  ...delivery,
  ...(bulk === undefined ? {} : { bulk: { id: bulk } }),
  priority: act === "foundThere" ? delivery.priority : "replay",
  attempts: [...delivery.attempts, { number: 0, at, ms: 0, outcome: act, message: "by a person" }].slice(
    -ATTEMPTS_KEPT,
  ),
});

/** The delivery before a replay that was called off before it began; null: it has begun, or is none. */
export function beforeReplay({
  bulk: _,
  ...delivery
}: Delivery): { delivery: Delivery; at: number; attempted: number } | null {
  if (delivery.attempts.at(-1)?.outcome !== ("replayed" satisfies PersonsAct)) return null;
  const attempts = delivery.attempts.slice(0, -1);
  const last = attempts.at(-1);
  return { delivery: { ...delivery, attempts }, at: last?.at ?? delivery.seenAt, attempted: last?.number ?? 0 };
}

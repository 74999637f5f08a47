/** How deliveries lie in Redis: a first line that the scripts read (see scripts/prelude.ts), and JSON that they do not. */
import { z } from "zod";
import { tallyOf } from "../core/bulk.ts";
import { type Claimed, type Delivery, deliverySchema, type Held, type Priority, type Step } from "../core/delivery.ts";
import { GONE_GRACE_MS } from "../core/gone.ts";
import type { Place, Stored } from "../core/story.ts";
import { FAILED_PLACE, LEFT_PLACE, tookPlace } from "../core/tally.ts";

/** Index into the script's KEYS where each place lives. */
const PLACE = {
  dead: "6",
  settled: "7",
  live: "8",
  replay: "9",
  backfill: "10",
  unclear: "12",
} as const satisfies Record<"dead" | "settled" | "unclear" | Priority, string>;

export const ledgerSchema = z.object({
  rev: z.string(),
  remoteId: z.string(),
  at: z.number(),
  path: z.string().optional(),
  hidden: z.boolean().optional(),
});
/** In the place of a ledger's value: takes it out, and what it held from the owners. */
const FORGET = "-";

/** The stored form of a delivery that waits or is over. `clearAt`: until when (ms) an unanswered write may still land. */
export const encodeWaiting = (delivery: Delivery, attempts: number, clearAt: number | null): string =>
  `${clearAt === null ? `p ${attempts} -` : `u ${attempts} ${clearAt}`}\n${JSON.stringify(delivery)}`;

/** Until when (ms) an unanswered write of what is stored so may still land; null: there is none, or it is over. */
export function clearAtOf(value: string, now: number): number | null {
  const clear = Number(/^u \d+ (\d+)\n/.exec(value)?.[1] ?? 0);
  return clear > now ? clear : null;
}

/** The stored form of what a listing brings; a gone file's is not due before its grace is over. */
export const encodePlanned = (delivery: Delivery, now: number): string =>
  delivery.gone === undefined
    ? encodeWaiting(delivery, 0, null)
    : `d 0 ${now + GONE_GRACE_MS}\n${JSON.stringify(delivery)}`;

export type Settlement =
  | { attempt: number; step: Step }
  /** A stored value that is not a delivery: goes to the dead as it is, so that it cannot stop the others. */
  | { unreadable: Unreadable };

export interface Unreadable {
  id: string;
  value: string;
}

/** What the script is given of a settlement. */
export interface SettledRow {
  id: string;
  value: string;
  place: string;
  score: string;
  ledger: string;
  remoteId: string;
  /** Whatever was noted of it is done with. */
  isOver: boolean;
  /** Its place in the tally of the hour, '' for one that is not over. */
  count: string;
  /** The bulk act it was part of, and the count of it that this ending is added to. */
  part?: { bulk: string; count: string };
}

const FAILED = `${FAILED_PLACE}`;

/** Only what is over counts. */
const partOf = (to: Exclude<Step, { to: "due" }>): Pick<SettledRow, "part"> =>
  to.delivery.bulk === undefined ? {} : { part: { bulk: to.delivery.bulk.id, count: tallyOf(to.to, to.delivery) } };

export function rowOf(settlement: Settlement, now: number): SettledRow {
  if ("unreadable" in settlement) {
    const { id, value } = settlement.unreadable;
    const kept = `p 0 -\n${value.slice(value.indexOf("\n") + 1)}`;
    return {
      id,
      value: kept,
      place: PLACE.dead,
      score: `${now}`,
      ledger: "",
      remoteId: "",
      isOver: true,
      count: FAILED,
    };
  }
  const { attempt, step: to } = settlement;
  const id = to.delivery.id;
  switch (to.to) {
    case "settled": {
      const value = encodeWaiting(to.delivery, attempt, null);
      const row = { id, value, place: PLACE.settled, score: `${now}`, ...ledgerOf(to, now), isOver: true };
      const isLeft = tallyOf(to.to, to.delivery) === "left";
      return { ...row, count: `${isLeft ? LEFT_PLACE : tookPlace(now - to.delivery.seenAt)}`, ...partOf(to) };
    }
    case "dead":
    case "unclear": {
      // A replay, or a newer revision, waits for what may still land, as a further attempt would have.
      const value = encodeWaiting(to.delivery, attempt, to.to === "dead" ? (to.clearAt ?? null) : null);
      // What was noted is what a person, a replay or the next revision goes by, but for a refusal: nothing came of that.
      const isOver = to.to === "dead" && !to.keepsNote && to.delivery.attempts.at(-1)?.outcome === "rejected";
      const row = { id, value, place: PLACE[to.to], score: `${now}`, ledger: "", remoteId: "", isOver };
      return { ...row, count: FAILED, ...partOf(to) };
    }
    case "due": {
      const { former, forgets } = to;
      const value = encodeWaiting(to.delivery, to.counted ? attempt : attempt - 1, to.clearAt);
      return {
        id,
        value,
        place: PLACE[to.delivery.priority],
        score: `${to.dueAt}`,
        ledger: forgets !== undefined ? FORGET : former === undefined ? "" : ledgerValue({ ...former, at: now }),
        remoteId: forgets ?? former?.remoteId ?? "",
        isOver: former !== undefined || forgets !== undefined,
        count: "",
      };
    }
  }
}

/** `remoteId` is whose owner is written down, or forgotten. */
function ledgerOf(step: Step & { to: "settled" }, now: number): Pick<SettledRow, "ledger" | "remoteId"> {
  if ("forgets" in step) return { ledger: FORGET, remoteId: step.forgets };
  if ("hides" in step)
    return { ledger: ledgerValue({ ...step.hides, at: now, hidden: true }), remoteId: step.hides.remoteId };
  const { remoteId, delivery } = step;
  if (remoteId === null) return { ledger: "", remoteId: "" };
  return { ledger: ledgerValue({ rev: delivery.rev, remoteId, at: now, path: delivery.path }), remoteId };
}

export const ledgerValue = (held: Held): string => JSON.stringify(held);

/** A claimed value as the script answers it; null when it is not one of ours. */
export function parseClaimed(
  value: string,
  more: { takenOver: boolean; ledger: string; note: string },
): Claimed | null {
  const cut = value.indexOf("\n");
  const attempt = Number(value.slice(0, cut).split(" ")[1]);
  try {
    const delivery = deliverySchema.parse(JSON.parse(value.slice(cut + 1)));
    const before = more.ledger === "" ? null : ledgerSchema.parse(JSON.parse(more.ledger));
    return { delivery, attempt, takenOver: more.takenOver, before, note: more.note === "" ? null : more.note };
  } catch {
    return null; // not JSON, or not what we write
  }
}

/** A stored value at its place, for people to look at; null when it is not one of ours. */
export function parseStored(value: string, place: Place, score: number): Stored | null {
  const cut = value.indexOf("\n");
  const [mark, attempted, clear] = value.slice(0, cut).split(" ");
  try {
    const delivery = deliverySchema.parse(JSON.parse(value.slice(cut + 1)));
    return { delivery, attempted: Number(attempted), clearAt: mark === "u" ? Number(clear) : null, place, score };
  } catch {
    return null; // not JSON, or not what we write
  }
}

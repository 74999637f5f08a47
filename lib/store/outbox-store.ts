/** Deliveries of one destination: settle a batch, claim the next. The outbox owns every repeated delivery. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type Claimed, type Delivery, deliverySchema, type Hold, type Priority, type Step } from "../core/delivery.ts";
import { holdKey, outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { NOTE } from "./scripts/note.ts";
import { SETTLE_AND_CLAIM } from "./scripts/settle-and-claim.ts";

/** How long a claim lasts. A batch stops starting work after 8 s and no request outlives 7 s, so three fit behind it. */
export const CLAIM_MS = 30_000;
export const BATCH_MAX = 50;
/** Settled deliveries whose story is kept. */
export const SETTLED_KEPT = 10_000;

/** Index into the script's KEYS where each place lives. */
const PLACE = {
  dead: "6",
  settled: "7",
  live: "8",
  replay: "9",
  backfill: "10",
  unclear: "12",
} as const satisfies Record<"dead" | "settled" | "unclear" | Priority, string>;

const ledgerSchema = z.object({ rev: z.string(), remoteId: z.string(), at: z.number() });

/** The stored form of a delivery that waits or is over. `clearAt`: until when (ms) an unanswered write may still land. */
export const encodeWaiting = (delivery: Delivery, attempts: number, clearAt: number | null): string =>
  `${clearAt === null ? `p ${attempts} -` : `u ${attempts} ${clearAt}`}\n${JSON.stringify(delivery)}`;

export type Settlement =
  | { attempt: number; step: Step }
  /** A stored value that is not a delivery: goes to the dead as it is, so that it cannot stop the others. */
  | { unreadable: Unreadable };

interface Unreadable {
  id: string;
  value: string;
}

export interface Turn {
  claimed: Claimed[];
  unreadable: Unreadable[];
  /** The token of these claims. */
  claimToken: string;
  /** When these claims end (ms). */
  claimEndsAt: number;
  /** How many of the settlements were still ours to make. */
  settled: number;
  hold: Hold | null;
  /** When the next waiting delivery or expiring claim is due (ms); null when none is, or when the batch was full. */
  nextDueAt: number | null;
}

export type OutboxStore = ReturnType<typeof createOutboxStore>;

/** `remembers`: its destination needs to know what it delivered before and what it noted, at two commands a batch. */
export function createOutboxStore(redis: Redis, destination: string, { remembers }: { remembers: boolean }) {
  const keys = outboxKeys(destination);
  const noteScript = redis.createScript(NOTE);
  const script = redis.createScript(SETTLE_AND_CLAIM);

  return {
    /** One request: stores the outcomes of the last batch and claims up to `limit` deliveries (0 claims none). */
    async settleAndClaim(input: {
      /** The token the settled deliveries were claimed under. */
      settleToken: string;
      /** A fresh token for the deliveries to claim: never the former one. */
      claimToken: string;
      now: number;
      limit: number;
      credential: string;
      settlements: readonly Settlement[];
      hold: Hold | null;
    }): Promise<Turn> {
      const rows = input.settlements.map((settlement) => rowOf(settlement, input.now));
      const list = (values: readonly string[]) => [`${values.length}`, ...values];
      const raw = await step("settle and claim", () =>
        script.exec(
          [
            holdKey(input.credential),
            keys.deliveries,
            keys.claimed,
            keys.next,
            keys.ledger,
            keys.dead,
            keys.settled,
            keys.due.live,
            keys.due.replay,
            keys.due.backfill,
            keys.notes,
            keys.unclear,
          ],
          [
            input.settleToken,
            input.claimToken,
            `${input.now}`,
            `${input.now + CLAIM_MS}`,
            `${input.limit}`,
            `${SETTLED_KEPT}`,
            input.hold ? `${input.hold.until}` : "",
            input.hold?.reason ?? "",
            remembers ? "1" : "0",
            ...list(rows.map((row) => row.id)),
            ...list(rows.map((row) => row.value)),
            ...list(rows.map((row) => row.place)),
            ...list(rows.map((row) => row.score)),
            ...list(rows.map((row) => row.ledger)),
            ...list(remembers ? rows.filter((row) => row.isOver).map((row) => row.id) : []),
          ],
        ),
      );
      const answer = z.array(z.string()).parse(raw);
      const [settled, until, reason, nextDue, ...flat] = answer;
      const claimed: Claimed[] = [];
      const unreadable: Unreadable[] = [];
      for (let n = 0; n + 4 < flat.length; n += 5) {
        const [id = "", value = "", takenOver, ledger = "", note = ""] = flat.slice(n, n + 5);
        const one = parseClaimed(value, { takenOver: takenOver === "1", ledger, note });
        if (one === null) unreadable.push({ id, value });
        else claimed.push(one);
      }
      return {
        claimed,
        unreadable,
        claimToken: input.claimToken,
        claimEndsAt: input.now + CLAIM_MS,
        settled: Number(settled),
        hold:
          Number(until) > input.now
            ? { until: Number(until), reason: reason === "unauthorized" ? "unauthorized" : "rateLimited" }
            : null,
        nextDueAt: nextDue ? Number(nextDue) : null,
      };
    },

    /** Notes what is about to be done under a claim, before it is done. False: a claim is no longer ours, do not do it. */
    async note(claimToken: string, notes: ReadonlyMap<string, string>): Promise<boolean> {
      const list = (values: Iterable<string>) => {
        const all = [...values];
        return [`${all.length}`, ...all];
      };
      const raw = await step("note", () =>
        noteScript.exec([keys.deliveries, keys.notes], [claimToken, ...list(notes.keys()), ...list(notes.values())]),
      );
      return z.tuple([z.enum(["noted", "lost"])]).parse(raw)[0] === "noted";
    },
  };
}

function rowOf(settlement: Settlement, now: number) {
  if ("unreadable" in settlement) {
    const { id, value } = settlement.unreadable;
    const kept = `p 0 -\n${value.slice(value.indexOf("\n") + 1)}`;
    return { id, value: kept, place: PLACE.dead, score: `${now}`, ledger: "", isOver: true };
  }
  const { attempt, step: to } = settlement;
  const id = to.delivery.id;
  switch (to.to) {
    case "settled": {
      const ledger =
        to.remoteId === null ? "" : JSON.stringify({ rev: to.delivery.rev, remoteId: to.remoteId, at: now });
      const value = encodeWaiting(to.delivery, attempt, null);
      return { id, value, place: PLACE.settled, score: `${now}`, ledger, isOver: true };
    }
    case "dead":
    case "unclear": {
      const value = encodeWaiting(to.delivery, attempt, null);
      // What was noted of an unclear one is what a person, or the next revision, goes by.
      return { id, value, place: PLACE[to.to], score: `${now}`, ledger: "", isOver: to.to === "dead" };
    }
    case "due": {
      const value = encodeWaiting(to.delivery, to.counted ? attempt : attempt - 1, to.clearAt);
      return { id, value, place: PLACE[to.delivery.priority], score: `${to.dueAt}`, ledger: "", isOver: false };
    }
  }
}

function parseClaimed(value: string, more: { takenOver: boolean; ledger: string; note: string }): Claimed | null {
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

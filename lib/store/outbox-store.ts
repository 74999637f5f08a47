/** Deliveries of one destination: settle a batch, claim the next. The outbox owns every repeated delivery. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type Claimed, type Delivery, deliverySchema, type Hold, type Priority, type Step } from "../core/delivery.ts";
import { holdKey, outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { SETTLE_AND_CLAIM } from "./scripts.ts";

/** How long a claim lasts. A batch stops starting work after 8 s and no request outlives 7 s, so three fit behind it. */
export const CLAIM_MS = 30_000;
export const BATCH_MAX = 50;
/** Settled deliveries whose story is kept. */
export const SETTLED_KEPT = 10_000;

/** Index into the script's KEYS where each place lives. */
const PLACE = { dead: "6", settled: "7", live: "8", replay: "9", backfill: "10" } as const satisfies Record<
  "dead" | "settled" | Priority,
  string
>;

/** The stored form of a delivery that waits or is over. */
export const encodeWaiting = (delivery: Delivery, attempts: number): string =>
  `p ${attempts} -\n${JSON.stringify(delivery)}`;

export interface Settlement {
  attempt: number;
  step: Step;
}

export interface Turn {
  claimed: Claimed[];
  /** How many of the settlements were still ours to make. */
  settled: number;
  hold: Hold | null;
  /** When the next waiting delivery or expiring claim is due (ms); null when none is, or when the batch was full. */
  nextDueAt: number | null;
}

export type OutboxStore = ReturnType<typeof createOutboxStore>;

export function createOutboxStore(redis: Redis, destination: string) {
  const keys = outboxKeys(destination);
  const script = redis.createScript(SETTLE_AND_CLAIM);

  return {
    /** One request: stores the outcomes of the last batch and claims up to `limit` deliveries (0 claims none). */
    async settleAndClaim(input: {
      token: string;
      now: number;
      limit: number;
      credential: string;
      settlements: readonly Settlement[];
      hold: Hold | null;
    }): Promise<Turn> {
      const rows = input.settlements.map(({ attempt, step: to }) => rowOf(attempt, to, input.now));
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
          ],
          [
            input.token,
            `${input.now}`,
            `${input.now + CLAIM_MS}`,
            `${input.limit}`,
            `${SETTLED_KEPT}`,
            input.hold ? `${input.hold.until}` : "",
            input.hold?.reason ?? "",
            ...list(rows.map((row) => row.id)),
            ...list(rows.map((row) => row.value)),
            ...list(rows.map((row) => row.place)),
            ...list(rows.map((row) => row.score)),
            ...list(rows.map((row) => row.ledger)),
          ],
        ),
      );
      const answer = z.array(z.string()).parse(raw);
      const [settled, until, reason, nextDue, ...flat] = answer;
      const claimed: Claimed[] = [];
      for (let n = 0; n + 2 < flat.length; n += 3) claimed.push(parseClaimed(flat[n + 1] ?? "", flat[n + 2] === "1"));
      return {
        claimed,
        settled: Number(settled),
        hold:
          Number(until) > input.now
            ? { until: Number(until), reason: reason === "unauthorized" ? "unauthorized" : "rateLimited" }
            : null,
        nextDueAt: nextDue ? Number(nextDue) : null,
      };
    },
  };
}

function rowOf(attempt: number, to: Step, now: number) {
  const id = to.delivery.id;
  switch (to.to) {
    case "settled": {
      const ledger =
        to.remoteId === null ? "" : JSON.stringify({ rev: to.delivery.rev, remoteId: to.remoteId, at: now });
      return { id, value: encodeWaiting(to.delivery, attempt), place: PLACE.settled, score: `${now}`, ledger };
    }
    case "dead":
      return { id, value: encodeWaiting(to.delivery, attempt), place: PLACE.dead, score: `${now}`, ledger: "" };
    case "due": {
      const value = encodeWaiting(to.delivery, to.counted ? attempt : attempt - 1);
      return { id, value, place: PLACE[to.delivery.priority], score: `${to.dueAt}`, ledger: "" };
    }
  }
}

function parseClaimed(value: string, takenOver: boolean): Claimed {
  const cut = value.indexOf("\n");
  const attempt = Number(value.slice(0, cut).split(" ")[1]);
  return { delivery: deliverySchema.parse(JSON.parse(value.slice(cut + 1))), attempt, takenOver };
}

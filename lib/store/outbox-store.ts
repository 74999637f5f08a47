/** Deliveries of one destination: settle a batch, claim the next. The outbox owns every repeated delivery. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { monthOf } from "../core/cost.ts";
import type { Claimed } from "../core/delivery.ts";
import { type Hold, holdOf } from "../core/hold.ts";
import { TALLY_FIELDS } from "../core/tally.ts";
import { parseClaimed, rowOf, type Settlement, type Unreadable } from "./delivery-rows.ts";
import { bulkKeys, holdKey, outboxKeys, USE_KEY } from "./keys.ts";
import type { Meter } from "./meter.ts";
import { step } from "./redis.ts";
import { NOTE } from "./scripts/note.ts";
import { SETTLE_AND_CLAIM } from "./scripts/settle-and-claim.ts";

export const BATCH_MAX = 50;
/** Settled deliveries whose story is kept. */
export const SETTLED_KEPT = 10_000;

/** Index into the script's KEYS of the first bulk act. */
const BULKS_FROM = 14;

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

export interface OutboxOptions {
  /** Its destination needs to know what it delivered before and what it noted, at three commands a batch. */
  remembers: boolean;
  /** How long a claim lasts (ms): the last start, and three requests of the destination behind it. */
  claimMs: number;
  /** What this process used: written down along with a batch, now and then. */
  meter?: Meter;
}

export function createOutboxStore(redis: Redis, destination: string, options: OutboxOptions) {
  const { remembers, claimMs, meter } = options;
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
      const used = meter?.take(input.now) ?? null;
      const bulks = [...new Set(rows.flatMap(({ part }) => (part === undefined ? [] : [part.bulk])))];
      const parts = bulks.length > 0 ? rows.map(({ part }) => part) : [];
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
            keys.owners,
            ...bulks.map((bulk) => bulkKeys(bulk).bulk),
            ...(used === null ? [] : [USE_KEY]),
          ],
          [
            input.settleToken,
            input.claimToken,
            `${input.now}`,
            `${input.now + claimMs}`,
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
            ...list(remembers ? rows.map((row) => row.remoteId) : []),
            ...list(rows.map((row) => row.count)),
            ...list(parts.map((part) => (part === undefined ? "" : `${BULKS_FROM + bulks.indexOf(part.bulk)}`))),
            ...list(parts.map((part) => part?.count ?? "")),
            ...(used === null
              ? [""]
              : [monthOf(input.now).name, `${used.commands}`, `${used.messages}`, `${used.files}`]),
          ],
        ),
      );
      const answer = z.array(z.string()).parse(raw);
      const [settled, until, reason, nextDue, ...flat] = answer;
      const well = input.settlements.filter((one) => "step" in one && one.step.to === "settled").length;
      meter?.add({ files: Math.min(well, Number(settled)) });
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
        claimEndsAt: input.now + claimMs,
        settled: Number(settled),
        hold: Number(until) > input.now ? holdOf(Number(until), reason) : null,
        nextDueAt: nextDue ? Number(nextDue) : null,
      };
    },

    /** What ended in each of the last hours, a line an hour, in no order: see core/tally.ts. One command. */
    async tallies(): Promise<(string | null)[]> {
      const raw = await step("read tallies", () => redis.hmget(keys.deliveries, ...TALLY_FIELDS));
      return z.array(z.string().nullable()).parse(raw);
    },

    /** Which delivery each remote id was settled for, in their order; null: none. Only where the destination remembers. */
    async ownersOf(remoteIds: readonly string[]): Promise<(string | null)[]> {
      if (remoteIds.length === 0) return [];
      const raw = await step("owners", () => redis.hmget(keys.owners, ...remoteIds));
      return z.array(z.string().nullable()).parse(raw);
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

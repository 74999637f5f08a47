/** Reads what the relay knows of files and deliveries, for people. Changes nothing, and each question has a bounded cost. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { Held } from "../core/delivery.ts";
import { type Hold, holdOf } from "../core/hold.ts";
import { FOLDER, type KnownFile } from "../core/known-file.ts";
import type { Facts, Place, Stored } from "../core/story.ts";
import { ledgerSchema, parseStored } from "./delivery-rows.ts";
import { holdKey, outboxKeys, sourceKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { PAGE_FROM } from "./scripts/page-from.ts";
import { parseKnownFile } from "./source-store.ts";

export interface Spot {
  id: string;
  /** The place's time (ms). */
  score: number;
}

/** A delivery with the exact value it is stored as; null where that is not one of ours. */
export type Row = Spot & { value: string; stored: Stored | null; note: string | null };

export interface Counts {
  places: Record<Place, number>;
  /** When the longest waiting of those that come next was seen (ms). */
  oldestSeenAt: number | null;
  hold: Hold | null;
  lastListedAt: number | null;
}

export const PLACES = ["live", "replay", "backfill", "claimed", "dead", "unclear", "settled"] as const;
const text = z.string().nullable();

export type InspectionStore = ReturnType<typeof createInspectionStore>;

export function createInspectionStore(redis: Redis, instance: string, destination: string) {
  const source = sourceKeys(instance);
  const outbox = outboxKeys(destination);
  const from = redis.createScript(PAGE_FROM);
  const keyOf = (place: Place) =>
    place === "live" || place === "replay" || place === "backfill" ? outbox.due[place] : outbox[place];

  const rowsOf = async (place: Place, spots: readonly Spot[]): Promise<Row[]> => {
    if (spots.length === 0) return [];
    const ids = spots.map(({ id }) => id);
    const raw = await step("read deliveries", () =>
      redis
        .pipeline()
        .hmget(outbox.deliveries, ...ids)
        .hmget(outbox.notes, ...ids)
        .exec(),
    );
    const [values, notes] = z.tuple([z.array(text), z.array(text)]).parse(raw);
    return spots.map((spot, n) => {
      const value = values[n] ?? "";
      return { ...spot, value, stored: parseStored(value, place, spot.score), note: notes[n] ?? null };
    });
  };

  return {
    /** Everything known of a file, by its path in any case or by its id; 2 requests, 15 commands. */
    async facts(pathOrId: string, credential: string): Promise<Facts> {
      const byId = pathOrId.startsWith("id:");
      const first = await step("find a file", () =>
        redis
          .pipeline()
          .hget(source.paths, pathOrId.normalize("NFC").toLowerCase())
          .hget(source.source, "listedAt")
          .exec(),
      );
      const [owner, listedAt] = z.tuple([text, text]).parse(first);
      const isFolder = !byId && owner === FOLDER;
      const fileId = byId ? pathOrId : isFolder ? null : owner;
      const lastListedAt = listedAt === null ? null : Number(listedAt);
      const nothing = { known: null, stored: null, held: null, note: null, newerRev: null, hold: null };
      if (fileId === null) return { lastListedAt, isFolder, fileId, ...nothing };
      const pipeline = redis
        .pipeline()
        .hget(source.files, fileId)
        .hget(outbox.deliveries, fileId)
        .hget(outbox.ledger, fileId)
        .hget(outbox.next, fileId)
        .hget(outbox.notes, fileId)
        .hmget(holdKey(credential), "until", "reason");
      for (const place of PLACES) pipeline.zscore(keyOf(place), fileId);
      const raw = await step("read a story", () => pipeline.exec());
      const [known, value, ledger, next, note, hold, ...scores] = z
        .tuple([text, text, text, text, text, z.array(text)])
        .rest(z.union([z.string(), z.number()]).nullable())
        .parse(raw);
      const at = PLACES.findIndex((_, n) => scores[n] !== null && scores[n] !== undefined);
      const place = PLACES[at];
      return {
        lastListedAt,
        isFolder,
        fileId,
        known: knownOf(known),
        stored: place === undefined || value === null ? null : parseStored(value, place, Number(scores[at])),
        held: heldOf(ledger),
        note,
        newerRev: next === null ? null : (parseStored(next, "live", 0)?.delivery.rev ?? null),
        hold: heldBy(hold),
      };
    },

    /**
     * The deliveries of a place from one on (null: from the start), by time, and up to `limit`; newest first where asked.
     * Two requests, and six commands; some twenty more if `after` has left a crowd of its own time.
     */
    async page(place: Place, after: Spot | null, limit: number, newestFirst: boolean): Promise<Row[]> {
      const raw = await step("list deliveries", async () =>
        after === null
          ? await redis.zrange(keyOf(place), 0, limit - 1, { rev: newestFirst, withScores: true })
          : await from.exec([keyOf(place)], [`${after.score}`, after.id, `${limit}`, newestFirst ? "1" : "0"]),
      );
      const flat = z.array(z.union([z.string(), z.number()])).parse(raw);
      const spots = Array.from({ length: flat.length / 2 }, (_, n) => ({
        id: `${flat[2 * n]}`,
        score: Number(flat[2 * n + 1]),
      }));
      return rowsOf(place, after !== null && newestFirst ? spots.reverse() : spots);
    },

    /** The delivery where a person may act on it; null when it is elsewhere by now. */
    async one(place: Place, id: string): Promise<(Row & { held: Held | null }) | null> {
      const score = z
        .union([z.string(), z.number()])
        .nullable()
        .parse(await step("find a delivery", () => redis.zscore(keyOf(place), id)));
      if (score === null) return null;
      const [row] = await rowsOf(place, [{ id, score: Number(score) }]);
      const ledger = text.parse(await step("read the ledger", () => redis.hget(outbox.ledger, id)));
      return row === undefined ? null : { ...row, held: heldOf(ledger) };
    },

    /** Whether Redis answers; 1 command. */
    async isReachable(): Promise<boolean> {
      await step("look", () => redis.hget(source.source, "listedAt"));
      return true;
    },

    /** How many lie where, and for how long; 2 requests, 13 commands. */
    async counts(credential: string): Promise<Counts> {
      const pipeline = redis.pipeline();
      for (const place of PLACES) pipeline.zcard(keyOf(place));
      for (const key of Object.values(outbox.due)) pipeline.zrange(key, 0, 0);
      pipeline.hmget(holdKey(credential), "until", "reason").hget(source.source, "listedAt");
      const raw = z.array(z.unknown()).parse(await step("count deliveries", () => pipeline.exec()));
      const numbers = z.array(z.coerce.number()).parse(raw.slice(0, PLACES.length));
      const [live = 0, replay = 0, backfill = 0, claimed = 0, dead = 0, unclear = 0, settled = 0] = numbers;
      const first = z
        .array(z.array(z.string()))
        .parse(raw.slice(PLACES.length, PLACES.length + 3))
        .flat();
      const [hold, listedAt] = z.tuple([z.array(text), text]).parse(raw.slice(PLACES.length + 3));
      const rows = await rowsOf(
        "live",
        first.map((id) => ({ id, score: 0 })),
      );
      const seen = rows.flatMap(({ stored }) => (stored === null ? [] : [stored.delivery.seenAt]));
      return {
        places: { live, replay, backfill, claimed, dead, unclear, settled },
        oldestSeenAt: seen.length === 0 ? null : Math.min(...seen),
        hold: heldBy(hold),
        lastListedAt: listedAt === null ? null : Number(listedAt),
      };
    },
  };
}

const heldOf = (ledger: string | null): Held | null =>
  ledger === null ? null : ledgerSchema.parse(JSON.parse(ledger));

const knownOf = (value: string | null): KnownFile | null => (value === null ? null : (parseKnownFile(value) ?? null));

const heldBy = ([until = null, reason = null]: readonly (string | null)[]): Hold | null =>
  until === null ? null : holdOf(Number(until), reason);

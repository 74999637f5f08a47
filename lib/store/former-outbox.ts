/**
 * What waits in the outbox of a destination's former place, as of a Page that another took the place of: it goes on in the
 * present one. What was delivered stays behind, for when the former place is chosen again.
 */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { clearAtOf, encodeWaiting, parseStored } from "./delivery-rows.ts";
import { outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { MOVE_DELIVERIES } from "./scripts/move-deliveries.ts";

/** Of each place, in one step. */
const PART = 50;
/** Index into the script's KEYS. */
const PLACE = { live: 10, replay: 11, backfill: 12, dead: 13 };
const CLAIMED = 4;

export interface FormerOutbox {
  /** One step; answers how many left the former outbox. One request where nothing waits there, else three. */
  move(now: number): Promise<number>;
}

const scoredSchema = z.array(z.string());
const valuesSchema = z.array(z.string().nullable());

export function createFormerOutbox(redis: Redis, former: string, present: string): FormerOutbox {
  const [from, to] = [outboxKeys(former), outboxKeys(present)];
  const script = redis.createScript(MOVE_DELIVERIES);
  const places = [from.due.live, from.due.replay, from.due.backfill, from.dead, from.claimed, from.unclear];

  return {
    async move(now) {
      const asked = redis.pipeline();
      for (const [n, key] of places.entries()) {
        // A claim that has not expired may still be settled there.
        const end = n === CLAIMED ? now : "+inf";
        asked.zrange(key, "-inf", end, { byScore: true, offset: 0, count: PART, withScores: true });
      }
      const found = z.array(scoredSchema).parse(await step("look for what waits", () => asked.exec()));
      const rows = found.flatMap((scored, place) =>
        scored.flatMap((id, n) =>
          n % 2 === 0 ? [{ id, isOver: place === 3 || place === 5, score: scored[n + 1] ?? "0" }] : [],
        ),
      );
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      const reading = redis.pipeline();
      for (const key of [from.deliveries, from.next, to.deliveries]) reading.hmget(key, ...ids);
      const read = z.array(valuesSchema).parse(await step("read what waits", () => reading.exec()));
      const moves = rows.flatMap(({ id, isOver, score }, n) => {
        const [value, newer, there] = read.map((values) => values[n] ?? "");
        if (value === undefined || newer === undefined || there === undefined || value === "") return [];
        if (there.startsWith("c ")) return []; // on its way there: when it is settled
        return [
          {
            id,
            value,
            newer,
            there,
            ...placed(newer === "" ? value : newer, there, isOver && newer === "", score, now),
          },
        ];
      });
      const list = (values: readonly string[]) => [`${values.length}`, ...values];
      if (moves.length === 0) return 0;
      const raw = await step("move deliveries", () =>
        script.exec(
          [
            ...[from.deliveries, from.next, from.due.live, from.due.replay, from.due.backfill],
            ...[from.claimed, from.dead, from.unclear],
            ...[to.deliveries, to.due.live, to.due.replay, to.due.backfill, to.dead, to.settled, to.unclear],
          ],
          [
            ...list(moves.map(({ id }) => id)),
            ...list(moves.map(({ value }) => value)),
            ...list(moves.map(({ newer }) => newer)),
            ...list(moves.map(({ there }) => there)),
            ...list(moves.map(({ becomes }) => becomes)),
            ...list(moves.map(({ place }) => `${place}`)),
            ...list(moves.map((one) => one.score)),
          ],
        ),
      );
      return z.coerce.number().parse(raw);
    },
  };
}

/** What it becomes there; "": the present outbox has the same revision, or a newer one. What was over is a person's again. */
function placed(value: string, there: string, isOver: boolean, score: string, now: number) {
  const mine = parseStored(value, "live", 0);
  const theirs = there === "" ? null : parseStored(there, "live", 0);
  if (mine === null) return { becomes: there === "" ? value : "", place: PLACE.dead, score: `${now}` };
  const { delivery } = mine;
  if (theirs !== null && theirs.delivery.seenAt >= delivery.seenAt) return { becomes: "", place: PLACE.dead, score };
  // A write whose answer never came may still land, here or, for when that is the present one again, at the former place.
  const clearAt = laterOf(clearAtOf(value, now), clearAtOf(there, now));
  const becomes = encodeWaiting(delivery, 0, clearAt);
  if (isOver) return { becomes, place: PLACE.dead, score };
  // A file that is gone keeps its grace.
  const from = delivery.gone === undefined ? now : Number(score);
  return { becomes, place: PLACE[delivery.priority], score: `${Math.max(from, clearAt ?? 0)}` };
}

const laterOf = (one: number | null, other: number | null) => (one === null ? other : Math.max(one, other ?? 0));

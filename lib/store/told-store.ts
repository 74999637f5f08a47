/** Reads what an operator may have to be told of, and keeps what they were told. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { UNTROUBLED } from "../core/endpoint-state.ts";
import { type Hold, holdOf } from "../core/hold.ts";
import { DEATHS_AFTER_MS, type Due, marksOf, type Seen, type Watched } from "../core/operator-event.ts";
import { stateOf } from "./endpoint-store.ts";
import { endpointKey, holdKey, outboxKeys, sourceKeys, TOLD_KEY } from "./keys.ts";
import { step } from "./redis.ts";

const text = z.string().nullable();

export type ToldStore = ReturnType<typeof createToldStore>;

export function createToldStore(redis: Redis) {
  return {
    /** What is stored of each, and what was told; one request. */
    async read(
      all: readonly Watched[],
      now: number,
    ): Promise<{ seen: { watched: Watched; seen: Seen }[]; told: Map<string, string> }> {
      const marks = all.flatMap(marksOf);
      const pipeline = redis.pipeline().hmget(TOLD_KEY, ...marks);
      for (const { id, lanes } of all) {
        pipeline.hget(sourceKeys(id).source, "listedAt");
        for (const { outbox, endpoint, credential } of lanes) {
          const newest = { byScore: true, rev: true, offset: 0, count: 1, withScores: true } as const;
          pipeline.zrange(outboxKeys(outbox).dead, now - DEATHS_AFTER_MS, "-inf", newest);
          if (endpoint !== null) pipeline.get(endpointKey(endpoint));
          if (credential !== null) pipeline.hmget(holdKey(credential), "until", "reason");
        }
      }
      const answers = z.array(z.unknown()).parse(await step("read troubles", () => pipeline.exec()));
      const next = () => answers.shift();
      const values = z.array(text).parse(next());
      const told = new Map(marks.flatMap((mark, n) => (values[n] == null ? [] : [[mark, values[n]] as const])));
      const seen = all.map((watched) => {
        const listedAt = text.parse(next());
        const lanes = watched.lanes.map(({ endpoint, credential }) => {
          const [, deadAt] = z.array(z.union([z.string(), z.number()])).parse(next());
          const state = endpoint === null ? UNTROUBLED : stateOf(text.parse(next()) ?? "");
          const hold = credential === null ? null : heldBy(z.array(text).parse(next()));
          return { deadAt: deadAt === undefined ? null : Number(deadAt), endpoint: state, hold };
        });
        return { watched, seen: { listedAt: listedAt === null ? null : Number(listedAt), lanes } };
      });
      return { seen, told };
    },

    /** How many deliveries each of these is about; one request. */
    async counts(dead: readonly NonNullable<Due["dead"]>[]): Promise<number[]> {
      if (dead.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const { outbox, after, until } of dead)
        pipeline.zcount(outboxKeys(outbox).dead, after === null ? "-inf" : `(${after}`, until);
      return z.array(z.coerce.number()).parse(await step("count the dead", () => pipeline.exec()));
    },

    async note(told: readonly Pick<Due, "mark" | "value">[]): Promise<void> {
      const fields = Object.fromEntries(told.map(({ mark, value }) => [mark, value]));
      await step("note what was told", () => redis.hset(TOLD_KEY, fields));
    },
  };
}

const heldBy = ([until = null, reason = null]: readonly (string | null)[]): Hold | null =>
  until === null ? null : holdOf(Number(until), reason);

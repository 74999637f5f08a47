/** What the budget of posts promises, on any Redis. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createPostBudget } from "@/lib/store/post-budget.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";

const NOW = 1_795_592_919_000;
const DAY_MS = 86_400_000;

export function describePostBudget(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    beforeAll(async () => {
      rest = await startRedisRest({ backend: await makeBackend(), token: TOKEN });
      redis = clientOf(rest.url);
    });
    beforeEach(async () => {
      await redis.flushall();
    });
    afterAll(() => rest?.close());

    it("three a day taken → the fourth fits in when the first is a day old, not before", async () => {
      const budget = createPostBudget(redis, "p", { mostADay: 3, spacingMs: 0 });
      for (const n of [0, 1, 2]) expect(await budget.reserve(`post${n}`, NOW + n * 1000)).toEqual({ kind: "taken" });
      const at = NOW + DAY_MS;
      expect(await budget.reserve("post3", NOW + 5000)).toEqual({ kind: "later", at });
      expect(await budget.reserve("post3", at - 1)).toEqual({ kind: "later", at });
      expect(await budget.reserve("post3", at)).toEqual({ kind: "taken" });
      expect(await budget.reserve("post4", at)).toEqual({ kind: "later", at: at + 1000 });
    });

    it("posts a minute apart → the second waits out the minute", async () => {
      const budget = createPostBudget(redis, "p", { mostADay: 0, spacingMs: 60_000 });
      await budget.reserve("post0", NOW);
      expect(await budget.reserve("post1", NOW + 10)).toEqual({ kind: "later", at: NOW + 60_000 });
      expect(await budget.reserve("post1", NOW + 60_000)).toEqual({ kind: "taken" });
    });

    it("the same post asked for again → its one place, and the others lose none", async () => {
      const budget = createPostBudget(redis, "p", { mostADay: 2, spacingMs: 60_000 });
      for (const again of [0, 1, 2]) expect(await budget.reserve("post0", NOW + again)).toEqual({ kind: "taken" });
      expect(await budget.reserve("post1", NOW + 60_000)).toEqual({ kind: "taken" });
    });

    it("two Pages → each has its own", async () => {
      const limits = { mostADay: 1, spacingMs: 0 };
      await createPostBudget(redis, "p", limits).reserve("post0", NOW);
      expect(await createPostBudget(redis, "q", limits).reserve("post1", NOW)).toEqual({ kind: "taken" });
    });
  });
}

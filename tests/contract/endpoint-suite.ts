/** How an endpoint is, kept while answers to several bodies come at once: on any Redis. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EndpointState, PAUSED_AFTER_MS, stateAfter, statusOf, UNTROUBLED } from "@/lib/core/endpoint-state.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createEndpointStore } from "@/lib/store/endpoint-store.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";

const NOW = 1_795_592_919_000;
const HOUR = 3_600_000;

export function describeEndpoints(name: string, makeBackend: () => Promise<RedisBackend>): void {
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

    const store = () => createEndpointStore(redis, "e");
    const failed = (now: number) => (state: EndpointState) => stateAfter(state, "failed", now);
    const accepted = (now: number) => (state: EndpointState) => stateAfter(state, "accepted", now);
    const gone = (now: number) => (state: EndpointState) => stateAfter(state, "gone", now);

    it("nothing known and accepted → nothing is asked", async () => {
      const asked = rest.requests();
      expect(await store().update(UNTROUBLED, accepted(NOW))).toEqual({ before: UNTROUBLED, after: UNTROUBLED });
      expect(rest.requests()).toBe(asked);
    });

    it("two bodies read the same state, both fail → failing since the first, last failed at the second", async () => {
      const seen = await store().load();
      await store().update(seen, failed(NOW));
      await store().update(seen, failed(NOW + HOUR));
      expect(await store().load()).toMatchObject({ firstFailureAt: NOW, lastFailureAt: NOW + HOUR });
    });

    it("disabled while another body was on its way → its failure, or its success, leaves it disabled", async () => {
      await store().update(UNTROUBLED, failed(NOW));
      const seen = await store().load();
      await store().update(seen, gone(NOW + 1));
      expect(statusOf((await store().update(seen, failed(NOW + 2))).after)).toBe("disabled");
      const late = await store().update(seen, accepted(NOW + 3));
      expect([statusOf(late.before), statusOf(late.after)]).toEqual(["disabled", "disabled"]);
      expect(await store().load()).toMatchObject({ disabledAt: NOW + 1 });
    });

    it("paused while another body was on its way → stays paused since then, and only the first sees it begin", async () => {
      const last = NOW + PAUSED_AFTER_MS;
      for (let at = NOW; at < last; at += 12 * HOUR) await store().update(await store().load(), failed(at));
      const seen = await store().load();
      const [first, second] = [await store().update(seen, failed(last)), await store().update(seen, failed(last + 1))];
      expect([statusOf(first.before), statusOf(first.after)]).toEqual(["failing", "paused"]);
      expect([statusOf(second.before), statusOf(second.after)]).toEqual(["paused", "paused"]);
      expect(await store().load()).toMatchObject({ pausedAt: last });
    });

    it("enabled by its owner meanwhile, then a late failure → failing from that one on, not paused again", async () => {
      await store().update(UNTROUBLED, gone(NOW));
      const seen = await store().load();
      await redis.flushall();
      const { after } = await store().update(seen, failed(NOW + HOUR));
      expect([statusOf(after), after.firstFailureAt]).toEqual(["failing", NOW + HOUR]);
    });

    it("the same again (its answer was lost) → stored once", async () => {
      const once = failed(NOW);
      await store().update(UNTROUBLED, once);
      expect((await store().update(UNTROUBLED, once)).after).toEqual(once(UNTROUBLED));
    });
  });
}

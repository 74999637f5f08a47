/** What the stores of the compatible interface promise, on any Redis: tokens, the count of calls, and the history. */
import type { Redis } from "@upstash/redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Delivery } from "@/lib/core/delivery.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createLog } from "@/lib/log.ts";
import { elementEvents } from "@/lib/relay/element-events.ts";
import { createActStore } from "@/lib/store/act-store.ts";
import { CALLS_PER_MINUTE, createCallLimit } from "@/lib/store/call-limit.ts";
import { createElementTokens } from "@/lib/store/element-tokens.ts";
import { createEventLog } from "@/lib/store/event-log.ts";
import { createInspectionStore } from "@/lib/store/inspection-store.ts";
import { elementTokenKey, outboxKeys } from "@/lib/store/keys.ts";
import { NOW } from "../support/builders.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";

const aDelivery = (id: string): Delivery => ({
  ...{ id, instance: "1", rev: "r", name: "a.jpg", path: "/a.jpg", size: 1, serverModified: NOW },
  ...{ priority: "live", seenAt: NOW, seenBy: "notification", attempts: [] },
});

export function describeElementsStores(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    beforeAll(async () => {
      rest = await startRedisRest({ backend: await makeBackend(), token: TOKEN });
      redis = clientOf(rest.url);
    });
    beforeEach(async () => {
      await redis.flushdb();
    });
    afterEach(() => void vi.useRealTimers());
    afterAll(() => rest.close());

    it("token made, made anew, revoked → only the last one has an owner, until it is revoked", async () => {
      const tokens = createElementTokens(redis);
      const first = await tokens.issue("7");
      expect(await tokens.ownerOf(first)).toBe("7");
      const second = await tokens.issue("7");
      expect([await tokens.ownerOf(first), await tokens.ownerOf(second)]).toEqual([null, "7"]);
      expect(await tokens.ownerOf(second.replace("el_7_", "el_8_"))).toBeNull();
      expect(await redis.get(elementTokenKey("7"))).toMatch(/^[0-9a-f]{64}$/);
      await tokens.revoke("7");
      expect(await tokens.ownerOf(second)).toBeNull();
    });

    it.each(["", "el_", "el_7_short", "el_0_", `el_07_${"a".repeat(43)}`, `el_7_${"a".repeat(44)}`, "el_*_"])(
      "%j as a token → nobody's, without asking",
      async (token) => {
        const asked = createElementTokens(clientOf("http://127.0.0.1:1"));
        expect(await asked.ownerOf(token)).toBeNull();
      },
    );

    it("calls up to the limit of a minute → room; one more → how long there is none; another's and the next minute's → room", async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: NOW });
      const limit = createCallLimit(redis, Date.now);
      const all = await Promise.all(Array.from({ length: CALLS_PER_MINUTE }, () => limit("platform")));
      expect(all.filter((wait) => wait !== null)).toEqual([]);
      expect(await limit("platform")).toBe(60_000);
      expect(await limit("instance:1")).toBeNull();
      // Another process, whose own memory of the refusal is empty.
      expect(await createCallLimit(redis, Date.now)("platform")).toBe(60_000);
      vi.setSystemTime(NOW + 60_001);
      expect(await limit("platform")).toBeNull();
    });

    describe("history", () => {
      const keys = outboxKeys("1_records");
      async function lay(key: string, ids: readonly string[], at = NOW) {
        for (const [n, id] of ids.entries()) {
          await redis.hset(keys.deliveries, { [id]: `p 1 -\n${JSON.stringify(aDelivery(id))}` });
          await redis.zadd(key, { score: at + n, member: id });
        }
      }
      const history = () =>
        elementEvents({
          inspect: (instance, outbox) => createInspectionStore(redis, instance, outbox),
          acts: (outbox) => createActStore(redis, outbox),
          log: (outbox) => createEventLog(redis, outbox),
          eventIn: { told: () => null, note: () => null },
          services: { queue: { enqueue: async () => undefined }, log: createLog("silent"), now: () => NOW },
        });
      async function walk(limit: number): Promise<string[][]> {
        const parts: string[][] = [];
        let after: string | null = null;
        do {
          const page: Awaited<ReturnType<ReturnType<typeof history>["page"]>> = await history().page(
            "1",
            "1_records",
            after,
            limit,
          );
          if (page === null) throw new Error("our own mark is none");
          parts.push(page.events.map(({ id, state }) => `${state} ${id}`));
          after = page.after;
        } while (after !== null);
        return parts;
      }

      it.each([1, 2, 3, 5, 100])(
        "in parts of %i → all, once, what is under way first and then the newest",
        async (limit) => {
          await lay(keys.settled, ["id:s1", "id:s2", "id:s3"]);
          await lay(keys.dead, ["id:d1"]);
          await lay(keys.due.live, ["id:w1", "id:w2"]);
          await lay(keys.claimed, ["id:c1"]);
          const parts = await walk(limit);
          expect(parts.every((part) => part.length <= limit)).toBe(true);
          expect(parts.flat()).toEqual([
            ...["dispatched c1.r", "received w2.r", "received w1.r", "consumed d1.r"],
            ...["consumed s3.r", "consumed s2.r", "consumed s1.r"],
          ]);
        },
      );

      it("many of the same moment → each once", async () => {
        const ids = Array.from({ length: 9 }, (_, n) => `id:${n}`);
        for (const id of ids) await lay(keys.settled, [id]);
        expect((await walk(2)).flat().toSorted()).toEqual(ids.map((id) => `consumed ${id.slice(3)}.r`));
      });

      it("what is none of ours → left out; no mark of ours → null; nothing there → empty", async () => {
        const page = (after: string | null) => history().page("1", "1_records", after, 10);
        expect(await page(null)).toEqual({ events: [], after: null });
        await redis.hset(keys.deliveries, { "id:x": "p 0 -\n{}" });
        await redis.zadd(keys.settled, { score: NOW, member: "id:x" });
        expect(await page(null)).toEqual({ events: [], after: null });
        expect(await page("AAAA")).toBeNull();
        expect(await page(Buffer.from("__proto__~1~a").toString("base64url"))).toBeNull();
      });

      it("one by its file and revision → it; of another revision or outbox, or unknown → null", async () => {
        await lay(keys.dead, ["id:d1"]);
        const one = (outbox: string, id: string) => history().one("1", outbox, id);
        expect(await one("1_records", "d1-rev2")).toBeNull();
        expect(await one("2_records", "d1.r")).toBeNull();
        expect(await one("1_records", "none.r")).toBeNull();
        expect(await one("1_records", "d1.r")).toMatchObject({ id: "d1.r", state: "consumed" });
      });
    });
  });
}

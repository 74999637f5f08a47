/** What becomes of what waits where nothing is delivered any more: on any Redis. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Delivery, Step } from "@/lib/core/delivery.ts";
import { GONE_GRACE_MS } from "@/lib/core/gone.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createFormerOutbox, type FormerOutbox } from "@/lib/store/former-outbox.ts";
import { createOutboxStore, type OutboxStore } from "@/lib/store/outbox-store.ts";
import { createSourceStore } from "@/lib/store/source-store.ts";
import { aDelivery } from "../support/builders.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit, aTurn, NOW } from "./store-calls.ts";

export function describeFormerOutbox(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    let boxes: Record<"a" | "b", OutboxStore>;
    let former: FormerOutbox;
    beforeAll(async () => {
      rest = await startRedisRest({ backend: await makeBackend(), token: TOKEN });
      redis = clientOf(rest.url);
      const outbox = (one: string) => createOutboxStore(redis, one, { remembers: true, claimMs: 30_000 });
      boxes = { a: outbox("a"), b: outbox("b") };
      former = createFormerOutbox(redis, "a", "b");
    });
    beforeEach(async () => {
      await redis.flushall();
    });
    afterAll(() => rest?.close());

    let listings = 0;
    /** A listing of one whose only outbox this is. */
    async function listed(box: "a" | "b", ...deliveries: Delivery[]) {
      listings += 1;
      const source = createSourceStore(redis, `i${listings}`, box);
      await source.begin("t");
      const commit = aCommit({ cursorBefore: "", source: { cursor: "c" }, files: new Map(), paths: new Map() });
      expect(await source.commit({ ...commit, deliveries })).toMatchObject({ kind: "committed" });
    }
    const claim = (box: "a" | "b", now = NOW) => boxes[box].settleAndClaim(aTurn({ now }));
    async function ended(box: "a" | "b", to: "dead" | "unclear" | "settled", ...deliveries: Delivery[]) {
      await listed(box, ...deliveries);
      const { claimed } = await claim(box);
      const settlements = claimed.map(({ delivery, attempt }) => ({
        attempt,
        step: { to, delivery, ...(to === "settled" ? { remoteId: "1_2//1" } : {}) } as Step,
      }));
      await boxes[box].settleAndClaim(aTurn({ limit: 0, settlements }));
    }
    const card = (key: string) => redis.zcard(`relay:d:${key}`);
    const left = async () => {
      const sets = ["due:live", "due:replay", "due:backfill", "claimed", "dead", "unclear"];
      return (await Promise.all(sets.map((set) => card(`a:${set}`)))).reduce((sum, one) => sum + one, 0);
    };
    const next = async () =>
      (await claim("b", NOW + 100_000)).claimed.map(({ delivery: { id, rev }, attempt, before }) => [
        id,
        rev,
        attempt,
        before,
      ]);

    it("nothing waits → one request, and nothing is changed", async () => {
      const asked = rest.requests();
      expect(await former.move(NOW)).toBe(0);
      expect(rest.requests() - asked).toBe(1);
    });

    it("waiting → due in the present one under fresh attempts; what was delivered stays in the former ledger", async () => {
      await ended("a", "settled", aDelivery({ id: "id:done" }));
      await listed("a", aDelivery({ id: "id:live" }), aDelivery({ id: "id:old", priority: "backfill" }));
      expect(await former.move(NOW)).toBe(2);
      expect(await next()).toEqual([
        ["id:live", "rev1", 1, null],
        ["id:old", "rev1", 1, null],
      ]);
      expect([await left(), await redis.hlen("relay:d:a:ledger"), await card("a:settled")]).toEqual([0, 1, 1]);
      expect(await former.move(NOW)).toBe(0);
    });

    it("dead, or unclear → dead in the present one, for a person to replay", async () => {
      await ended("a", "dead", aDelivery({ id: "id:dead" }));
      await ended("a", "unclear", aDelivery({ id: "id:unclear" }));
      expect(await former.move(NOW)).toBe(2);
      expect([await next(), await card("b:dead"), await left()]).toEqual([[], 2, 0]);
    });

    it("claimed → left until the claim has ended; then the newer revision that waited behind it", async () => {
      await listed("a", aDelivery({ id: "id:a" }));
      await claim("a");
      await listed("a", aDelivery({ id: "id:a", rev: "rev2" }));
      expect(await former.move(NOW + 29_000)).toBe(0);
      expect(await former.move(NOW + 31_000)).toBe(1);
      expect(await next()).toEqual([["id:a", "rev2", 1, null]]);
      expect(await redis.hlen("relay:d:a:next")).toBe(0);
    });

    it("the present one has a later revision, waiting or delivered → that one stays, the other ends", async () => {
      for (const isDelivered of [false, true]) {
        await redis.flushall();
        await listed("a", aDelivery({ id: "id:a", seenAt: NOW - 9 }));
        const later = aDelivery({ id: "id:a", rev: "rev2", seenAt: NOW });
        await (isDelivered ? ended("b", "settled", later) : listed("b", later));
        expect(await former.move(NOW)).toBe(1);
        expect((await next()).map(([, rev]) => rev)).toEqual(isDelivered ? [] : ["rev2"]);
        expect(await left()).toBe(0);
      }
    });

    it("delivered there long ago, and edited since → the edit goes on there, knowing what is there", async () => {
      await ended("b", "settled", aDelivery({ id: "id:a", seenAt: NOW - 9 }));
      await listed("a", aDelivery({ id: "id:a", rev: "rev2", seenAt: NOW }));
      expect(await former.move(NOW)).toBe(1);
      expect(await next()).toMatchObject([["id:a", "rev2", 1, { rev: "rev1", remoteId: "1_2//1" }]]);
      expect(await card("b:settled")).toBe(0);
    });

    /** Claimed, noted, and ended as `step` tells. */
    async function noted(box: "a" | "b", delivery: Delivery, to: (attempt: number) => Step) {
      await listed(box, delivery);
      const { claimed, claimToken } = await claim(box);
      expect(await boxes[box].note(claimToken, new Map([[delivery.id, "what it was about to do"]]))).toBe(true);
      const settlements = claimed.map(({ attempt }) => ({ attempt, step: to(attempt) }));
      await boxes[box].settleAndClaim(aTurn({ limit: 0, settlements }));
    }
    const unanswered = (delivery: Delivery) => (): Step => ({
      ...{ to: "due", delivery, dueAt: NOW, counted: true, clearAt: NOW + 60_000 },
    });

    it("a write there is unanswered, and back again → not due before it is over, and its note is at hand", async () => {
      const back = createFormerOutbox(redis, "b", "a");
      const delivery = aDelivery({ id: "id:a" });
      await noted("a", delivery, unanswered(delivery));
      expect([await former.move(NOW), await back.move(NOW)]).toEqual([1, 1]);
      expect((await claim("a", NOW + 59_000)).claimed).toEqual([]);
      expect((await claim("a", NOW + 60_000)).claimed).toMatchObject([{ note: "what it was about to do" }]);
    });

    it("unclear there, and back again → dead, with the note that a replay goes by", async () => {
      const back = createFormerOutbox(redis, "b", "a");
      const delivery = aDelivery({ id: "id:a" });
      await noted("a", delivery, () => ({ to: "unclear", delivery }));
      expect([await former.move(NOW), await back.move(NOW)]).toEqual([1, 1]);
      expect([await card("a:dead"), await redis.hlen("relay:d:a:notes")]).toEqual([1, 1]);
    });

    it("what an attempt noted at the former one → unknown to the present one, which has made nothing", async () => {
      const delivery = aDelivery({ id: "id:a" });
      await noted("a", delivery, unanswered(delivery));
      await former.move(NOW);
      expect((await claim("b", NOW + 60_000)).claimed).toMatchObject([{ note: null }]);
    });

    it("a write is unanswered in the present one → an edit that comes along waits until it is over", async () => {
      const delivery = aDelivery({ id: "id:a", seenAt: NOW - 9 });
      await noted("b", delivery, unanswered(delivery));
      await listed("a", aDelivery({ id: "id:a", rev: "rev2", seenAt: NOW }));
      expect(await former.move(NOW)).toBe(1);
      expect((await claim("b", NOW + 59_000)).claimed).toEqual([]);
      expect((await claim("b", NOW + 60_000)).claimed).toMatchObject([{ delivery: { rev: "rev2" } }]);
    });

    it("under way in the present one → left until that is settled", async () => {
      await listed("b", aDelivery({ id: "id:a", seenAt: NOW - 9 }));
      await claim("b");
      await listed("a", aDelivery({ id: "id:a", rev: "rev2", seenAt: NOW }));
      expect(await former.move(NOW)).toBe(0);
      expect(await left()).toBe(1);
    });

    it("a file that is gone → goes on, not before its grace is over", async () => {
      await listed("a", aDelivery({ id: "id:a", gone: "deleted" }));
      expect(await former.move(NOW)).toBe(1);
      expect((await claim("b", NOW + 1)).claimed).toEqual([]);
      expect((await claim("b", NOW + GONE_GRACE_MS)).claimed).toHaveLength(1);
    });

    it("200 of them → all, in steps of a bounded size, each once", async () => {
      await listed("a", ...Array.from({ length: 200 }, (_, n) => aDelivery({ id: `id:${n}` })));
      const steps = [];
      for (let moved = await former.move(NOW); moved > 0; moved = await former.move(NOW)) steps.push(moved);
      expect(steps).toEqual([50, 50, 50, 50]);
      expect([await left(), await card("b:due:live")]).toEqual([0, 200]);
    });
  });
}

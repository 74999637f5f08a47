/** What a person's acts promise, on any Redis: one suite for the in-process engine and for a real redis-server. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Delivery } from "@/lib/core/delivery.ts";
import { GONE_GRACE_MS } from "@/lib/core/gone.ts";
import { actedOn } from "@/lib/core/replay.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { type ActStore, createActStore } from "@/lib/store/act-store.ts";
import { createInspectionStore, type InspectionStore } from "@/lib/store/inspection-store.ts";
import { createOutboxStore, type OutboxStore } from "@/lib/store/outbox-store.ts";
import { createSourceStore, type SourceStore } from "@/lib/store/source-store.ts";
import { aDelivery } from "../support/builders.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit, aTurn, NOW, type Turn } from "./store-calls.ts";

export function describeActs(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    let source: SourceStore;
    let outbox: OutboxStore;
    let inspection: InspectionStore;
    let acts: ActStore;

    beforeAll(async () => {
      rest = await startRedisRest({ backend: await makeBackend(), token: TOKEN });
      redis = clientOf(rest.url);
      source = createSourceStore(redis, "i", "d");
      outbox = createOutboxStore(redis, "d", { remembers: true, claimMs: 30_000 });
      inspection = createInspectionStore(redis, "i", "d");
      acts = createActStore(redis, "d");
    });
    let cursor = "";
    const begin = async () => {
      await redis.flushall();
      cursor = "";
    };
    beforeEach(begin);
    afterAll(async () => {
      await rest?.close();
    });

    const turn = (more: Partial<Turn> = {}) => outbox.settleAndClaim(aTurn(more));
    async function listed(deliveries: Delivery[], known: Delivery[] = []) {
      const next = `${cursor}c`;
      await source.begin("t");
      await source.commit(
        aCommit({
          cursorBefore: cursor,
          source: { cursor: next },
          files: new Map(deliveries.map(({ id, rev, path }) => [id, { rev, path }])),
          paths: new Map(deliveries.map(({ id, path }) => [path, id])),
          deliveries,
          believedFiles: new Map(known.map(({ id, rev, path }) => [id, JSON.stringify({ rev, path })])),
        }),
      );
      cursor = next;
    }
    /** Brings these to their end in a place a person looks at; what is noted of each stays there. */
    async function over(to: "dead" | "unclear", deliveries: Delivery[]) {
      await listed(deliveries);
      // A file that is gone is due only then.
      const { claimed } = await turn({ now: NOW + GONE_GRACE_MS });
      await outbox.note("w", new Map(deliveries.map(({ id }) => [id, `note of ${id}`])));
      await turn({
        limit: 0,
        settlements: claimed.map(({ delivery }) => ({ attempt: 1, step: { to, delivery } })),
      });
    }
    async function rowOf(place: "dead" | "unclear", id: string) {
      const row = await inspection.one(place, id);
      if (row?.stored == null) throw new Error("it is not there");
      return { value: row.value, delivery: row.stored.delivery };
    }

    it("dead, replayed → due once behind what is live, with fresh attempts, its note kept", async () => {
      await over("dead", [aDelivery({ id: "id:a" })]);
      const { value, delivery } = await rowOf("dead", "id:a");
      expect(await acts.replay([{ value, delivery: actedOn(delivery, "replayed", NOW) }], NOW)).toEqual([true]);
      await listed([aDelivery({ id: "id:b" })]);
      const { claimed } = await turn();
      expect(claimed.map((one) => [one.delivery.id, one.attempt, one.note])).toEqual([
        ["id:b", 1, null],
        ["id:a", 1, "note of id:a"],
      ]);
      expect(claimed[1]?.delivery.attempts.at(-1)).toMatchObject({ outcome: "replayed" });
      expect(await redis.zcard("relay:d:d:dead")).toBe(0);
    });

    it("same act again (its answer was lost) → done, and due once", async () => {
      await over("dead", [aDelivery({ id: "id:a" })]);
      const { value, delivery } = await rowOf("dead", "id:a");
      const again = { value, delivery: actedOn(delivery, "replayed", NOW) };
      expect(await acts.replay([again], NOW)).toEqual([true]);
      expect(await acts.replay([again], NOW)).toEqual([true]);
      expect((await turn()).claimed).toHaveLength(1);
      // By then it is claimed: not once more.
      expect(await acts.replay([again], NOW)).toEqual([false]);
      expect(await redis.zcard("relay:d:d:due:replay")).toBe(0);
    });

    it("replaced by a newer revision meanwhile, waiting or claimed → the newer one is left alone", async () => {
      for (const isClaimed of [false, true]) {
        await begin();
        const old = aDelivery({ id: "id:a" });
        await over("dead", [old]);
        const { value, delivery } = await rowOf("dead", "id:a");
        await listed([aDelivery({ id: "id:a", rev: "rev2" })], [old]);
        if (isClaimed) await turn({ claimToken: "x" });
        expect(await acts.replay([{ value, delivery: actedOn(delivery, "replayed", NOW) }], NOW)).toEqual([false]);
        expect(await redis.zcard("relay:d:d:due:replay")).toBe(0);
        const { claimed } = await turn({ now: NOW + 30_000 });
        expect(claimed).toMatchObject([{ delivery: { rev: "rev2" }, attempt: isClaimed ? 2 : 1 }]);
      }
    });

    it("unclear, posted anew → due with no note; settled → in the ledger and owned, with no note", async () => {
      await over("unclear", [aDelivery({ id: "id:a" }), aDelivery({ id: "id:b" })]);
      const [one, other] = [await rowOf("unclear", "id:a"), await rowOf("unclear", "id:b")];
      expect(await acts.postAnew({ ...one, delivery: actedOn(one.delivery, "postedAnew", NOW) }, NOW)).toBe(true);
      const found = { value: other.value, delivery: actedOn(other.delivery, "foundThere", NOW), remoteId: "5_6//1" };
      expect(await acts.settle({ ...found, isNamed: true }, NOW)).toBe("done");
      expect((await turn()).claimed).toMatchObject([{ delivery: { id: "id:a" }, note: null, before: null }]);
      expect(await outbox.ownersOf(["5_6//1"])).toEqual(["id:b"]);
      await listed([aDelivery({ id: "id:b", rev: "rev2" })], [other.delivery]);
      expect((await turn({ claimToken: "x" })).claimed).toMatchObject([
        { delivery: { rev: "rev2" }, note: null, before: { rev: "rev1", remoteId: "5_6//1" } },
      ]);
      expect(await redis.zcard("relay:d:d:unclear")).toBe(0);
    });

    it("unclear, said to be at the post that another file's is → stays unclear; not named by anybody → settled", async () => {
      await over("unclear", [aDelivery({ id: "id:a" }), aDelivery({ id: "id:b" })]);
      const settle = async (id: string, isNamed: boolean) => {
        const { value, delivery } = await rowOf("unclear", id);
        const found = { value, delivery: actedOn(delivery, "foundThere", NOW), remoteId: "5_6//1", isNamed };
        return acts.settle(found, NOW);
      };
      expect(await settle("id:a", true)).toBe("done");
      expect(await settle("id:b", true)).toBe("anothers");
      expect(await outbox.ownersOf(["5_6//1"])).toEqual(["id:a"]);
      expect(await redis.zcard("relay:d:d:unclear")).toBe(1);
      expect(await settle("id:b", false)).toBe("done");
    });

    it("unclear and its file gone, found there → due again with what is there, to be followed", async () => {
      await over("unclear", [aDelivery({ id: "id:a", gone: "deleted" })]);
      const { value, delivery } = await rowOf("unclear", "id:a");
      const found = { value, delivery: actedOn(delivery, "foundThere", NOW), remoteId: "5_6//1" };
      expect(await acts.settle({ ...found, isNamed: false }, NOW)).toBe("done");
      expect((await turn()).claimed).toMatchObject([
        { delivery: { gone: "deleted" }, note: null, before: { remoteId: "5_6//1" } },
      ]);
    });

    it("dead after a refusal → its note is done with; after anything else → kept for whoever replays it", async () => {
      for (const [outcome, note] of [
        ["rejected", null],
        ["unclear", "note of id:a"],
        ["retryAt", "note of id:a"],
      ] as const) {
        await begin();
        await over("dead", [aDelivery({ id: "id:a", attempts: [{ number: 1, at: NOW, ms: 1, outcome }] })]);
        expect(await inspection.one("dead", "id:a"), outcome).toMatchObject({ note });
      }
    });

    it("many that ended at the same time, in parts → each once, in either order", async () => {
      const all = Array.from({ length: 40 }, (_, n) => aDelivery({ id: `id:${n}` }));
      await over("dead", all);
      for (const newestFirst of [false, true]) {
        const seen: string[] = [];
        let after: { id: string; score: number } | null = null;
        for (;;) {
          const page = await inspection.page("dead", after, 7, newestFirst);
          seen.push(...page.map(({ id }) => id));
          after = page.at(-1) ?? null;
          if (page.length < 7) break;
        }
        expect(seen).toHaveLength(40);
        expect(new Set(seen).size).toBe(40);
        expect(seen[0]).toBe(newestFirst ? "id:9" : "id:0");
      }
    });

    it("the last one shown has left since, among many of its time → the next part goes on right behind it", async () => {
      const all = Array.from({ length: 40 }, (_, n) => aDelivery({ id: `id:${n}` }));
      await over("dead", all);
      const inOrder = (await inspection.page("dead", null, 40, false)).map(({ id }) => id);
      const [first] = await inspection.page("dead", null, 1, false);
      const gone = { id: inOrder[20] ?? "", score: first?.score ?? 0 };
      await redis.zrem("relay:d:d:dead", gone.id);
      const ids = async (isNewestFirst: boolean) =>
        (await inspection.page("dead", gone, 3, isNewestFirst)).map(({ id }) => id);
      expect(await ids(false)).toEqual(inOrder.slice(21, 24));
      expect(await ids(true)).toEqual(inOrder.slice(17, 20).reverse());
      // And one that is there again, of another time.
      await redis.zadd("relay:d:d:dead", { score: NOW + 9, member: gone.id });
      expect(await ids(false)).toEqual(inOrder.slice(21, 24));
    });

    it("a file's facts → where it is, by path in any case and by id; of another path → nothing", async () => {
      await listed([aDelivery({ id: "id:a", path: "/photos/a.jpg" })]);
      const facts = { fileId: "id:a", known: { rev: "rev1" }, stored: { place: "live", attempted: 0 } };
      expect(await inspection.facts("/Photos/A.jpg", "k")).toMatchObject(facts);
      expect(await inspection.facts("id:a", "k")).toMatchObject(facts);
      expect(await inspection.facts("/photos/b.jpg", "k")).toMatchObject({ fileId: null, stored: null });
    });
  });
}

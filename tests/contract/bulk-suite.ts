/** What the steps of bulk acts promise, on any Redis: one suite for the in-process engine and for a real redis-server. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOTHING_FOUND } from "@/lib/core/bulk.ts";
import type { Delivery } from "@/lib/core/delivery.ts";
import { actedOn, beforeReplay } from "@/lib/core/replay.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createActStore } from "@/lib/store/act-store.ts";
import { createBackfillStore } from "@/lib/store/backfill-store.ts";
import { createBulkStore } from "@/lib/store/bulk-store.ts";
import { createInspectionStore } from "@/lib/store/inspection-store.ts";
import { createOutboxStore } from "@/lib/store/outbox-store.ts";
import { aDelivery } from "../support/builders.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit, aTurn, NOW, type Turn } from "./store-calls.ts";

const ASK = { kind: "backfill", which: "all", folder: "" } as const;
const BOXES = ["d", "e"];
const OLD = { old: true } as const;

export function describeBulks(name: string, makeBackend: () => Promise<RedisBackend>): void {
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
    afterAll(async () => {
      await rest?.close();
    });

    const bulks = () => createBulkStore(redis);
    const files = () => createBackfillStore(redis, "i", "d", "e");
    const outbox = (box = "d") => createOutboxStore(redis, box, { remembers: true, claimMs: 30_000 });
    const turn = (more: Partial<Turn> = {}, box = "d") => outbox(box).settleAndClaim(aTurn(more));
    async function made(id: string, state: "counting" | "running" = "running") {
      await bulks().add("i", {
        id,
        state,
        ask: ASK,
        link: "i",
        outboxes: BOXES,
        basis: "x",
        createdAt: NOW,
        found: NOTHING_FOUND,
      });
    }
    const delivery = (id: string, bulk = "b"): Delivery =>
      aDelivery({ id, priority: "backfill", bulk: { id: bulk, former: OLD } });
    /** Puts old files in as a backfill does. */
    async function putIn(ids: string[]) {
      const source = files().source("b");
      await source.begin("t");
      for (const id of ids) {
        const { rev, path } = delivery(id);
        await redis.hset("relay:i:i:files", { [id]: JSON.stringify({ rev, path, ...OLD }) });
      }
      return source.commit(
        aCommit({
          source: { cursor: "1~c", put: `${ids.length * 2}` },
          deliveries: ids.map((id) => delivery(id)),
          files: new Map(ids.map((id) => [id, { rev: delivery(id).rev, path: delivery(id).path }])),
          believedFiles: new Map(
            ids.map((id) => [id, JSON.stringify({ rev: delivery(id).rev, path: delivery(id).path, ...OLD })]),
          ),
        }),
      );
    }
    const knownOf = async (id: string) => JSON.parse((await files().known([id])).get(id) || "null");
    async function waiting(id: string) {
      const values = (await files().values(BOXES, [id])).map((box) => box[0] ?? "");
      const { rev, path } = delivery(id);
      return { id, known: JSON.stringify({ rev, path }), former: { rev, path, ...OLD }, values };
    }

    it("stored, read, listed and open → as it was made; closed → no longer open", async () => {
      await made("b", "counting");
      expect(await bulks().load("b")).toMatchObject({ id: "b", state: "counting", ask: ASK, put: 0, isListed: false });
      expect((await bulks().of("i")).map(({ id }) => id)).toEqual(["b"]);
      expect((await bulks().open(10)).map(({ id }) => id)).toEqual(["b"]);
      await bulks().close("b");
      expect(await bulks().open(10)).toEqual([]);
      expect(await bulks().load("none")).toBeNull();
    });

    it("moved to another state → once, asked again → still true; its worker's commit after it → lost", async () => {
      await made("b", "counting");
      const source = files().source("b");
      await source.begin("t");
      expect(await bulks().move("b", "counting", "cancelled")).toBe(true);
      expect(await bulks().move("b", "counting", "cancelled")).toBe(true);
      expect(await bulks().move("b", "ready", "running")).toBe(false);
      expect(await source.commit(aCommit({ source: { cursor: "1~c", state: "ready" } }))).toEqual({ kind: "lost" });
      expect(await bulks().load("b")).toMatchObject({ state: "cancelled", cursor: "" });
    });

    it("old files put in → due as backfill in each outbox, behind what is live; known as published; not twice", async () => {
      await made("b");
      expect(await putIn(["id:a", "id:b"])).toEqual({ kind: "committed" });
      expect(await knownOf("id:a")).not.toHaveProperty("old");
      expect(await files().underway("backfill")).toBe(4);
      expect(await putIn(["id:a", "id:b"])).toEqual({ kind: "lost" });
      expect((await turn()).claimed.map((one) => one.delivery.id)).toEqual(["id:a", "id:b"]);
      expect((await turn({}, "e")).claimed).toHaveLength(2);
    });

    it("put in after somebody else changed what is known → nothing is written, and the truth comes back", async () => {
      await made("b");
      const source = files().source("b");
      await source.begin("t");
      await redis.hset("relay:i:i:files", { "id:a": JSON.stringify({ rev: "rev9", path: "/x", ...OLD }) });
      const answer = await source.commit(
        aCommit({
          source: { cursor: "1~c", put: "2" },
          deliveries: [delivery("id:a")],
          files: new Map([["id:a", { rev: "rev1", path: "/x" }]]),
          believedFiles: new Map([["id:a", JSON.stringify({ rev: "rev1", path: "/x", ...OLD })]]),
        }),
      );
      expect(answer).toMatchObject({ kind: "stale" });
      expect(await files().underway("backfill")).toBe(0);
      expect(await bulks().load("b")).toMatchObject({ put: 0, cursor: "" });
    });

    it("ended in each way → counted where it ends, once; due again → not counted; of another act → there", async () => {
      await made("b");
      await made("c");
      const ids = ["id:1", "id:2", "id:3", "id:4", "id:5"];
      await putIn(ids);
      const { claimed } = await turn();
      const [done, left, dead, unclear, again] = claimed.map((one) => one.delivery) as [
        Delivery,
        Delivery,
        Delivery,
        Delivery,
        Delivery,
      ];
      const tried = (one: Delivery, outcome: string): Delivery => ({
        ...one,
        attempts: [{ number: 1, at: NOW, ms: 1, outcome }],
      });
      const other = { ...tried(unclear, "untellable"), bulk: { id: "c" } };
      const settlements: Turn["settlements"] = [
        { attempt: 1, step: { to: "settled", delivery: tried(done, "delivered"), remoteId: "r1" } },
        { attempt: 1, step: { to: "settled", delivery: tried(left, "skipped"), remoteId: null } },
        { attempt: 1, step: { to: "dead", delivery: tried(dead, "rejected") } },
        { attempt: 1, step: { to: "unclear", delivery: other } },
        { attempt: 1, step: { to: "due", delivery: again, dueAt: NOW, counted: true, clearAt: null } },
      ];
      await turn({ limit: 0, claimToken: "x", settlements });
      // The answer was lost, and the client asks again.
      await turn({ limit: 0, claimToken: "x", settlements });
      expect(await bulks().load("b")).toMatchObject({ put: 10, done: 1, left: 1, failed: 1, unclear: 0 });
      expect(await bulks().load("c")).toMatchObject({ unclear: 1, done: 0 });
    });

    it("called off → out of each outbox and old again, but what began, was noted, or changed stays everywhere", async () => {
      await made("b");
      await putIn(["id:1", "id:2", "id:3", "id:4"]);
      const all = await Promise.all(["id:1", "id:2", "id:3", "id:4"].map(waiting));
      expect(await files().takeOut("b", BOXES, all)).toBe(0); // it runs
      await bulks().move("b", "running", "cancelling");
      await turn({ limit: 1 }, "e"); // the first has begun in one outbox
      await redis.hset("relay:d:e:notes", { "id:2": "noted" });
      await redis.hset("relay:i:i:files", { "id:3": JSON.stringify({ rev: "rev2", path: "/inbox/a.jpg" }) });
      expect(await files().takeOut("b", BOXES, all)).toBe(1);
      expect(await files().takeOut("b", BOXES, all)).toBe(0);
      expect(await knownOf("id:4")).toMatchObject({ rev: "rev1", old: true });
      for (const id of ["id:1", "id:2", "id:3"]) expect(await knownOf(id)).not.toHaveProperty("old");
      expect(await bulks().load("b")).toMatchObject({ takenOut: 2 });
      expect((await files().values(BOXES, ["id:4"])).flat()).toEqual(["", ""]);
      expect(await redis.zcard("relay:d:d:due:backfill")).toBe(3);
    });

    it("called off, and one is not in each outbox → out of those it is in; counted for these", async () => {
      await made("b");
      await putIn(["id:1", "id:2"]);
      await bulks().move("b", "running", "cancelling");
      await redis.hdel("relay:d:e:deliveries", "id:2");
      await redis.zrem("relay:d:e:due:backfill", "id:2");
      const [one, other] = await Promise.all(["id:1", "id:2"].map(waiting));
      if (one === undefined || other === undefined) throw new Error("two");
      expect(other.values[1]).toBe("");
      expect(await files().takeOut("b", BOXES, [one, other])).toBe(2);
      expect(await knownOf("id:2")).toMatchObject({ old: true });
      expect(await bulks().load("b")).toMatchObject({ takenOut: 3 });
      expect(await files().underway("backfill")).toBe(0);
    });

    it("an outbox that took the place of another, one that was removed → each found where it is now", () => {
      const present = { name: "e", follows: true, former: ["d"] };
      expect(createBackfillStore(redis, "i", "a", present).placesOf(["d", "x", "a"])).toEqual([
        { outboxes: ["d", "e"], isPresent: true },
        { outboxes: ["x"], isPresent: false },
        { outboxes: ["a"], isPresent: true },
      ]);
    });

    it("dead ones replayed in an act → counted once, only while it runs; called off → dead again at their time", async () => {
      await made("b", "counting");
      await putIn(["id:1", "id:2"]);
      const acts = createActStore(redis, "d");
      const inspection = createInspectionStore(redis, "i", "d");
      const { claimed } = await turn();
      const died = (one: Delivery): Delivery => ({
        ...one,
        attempts: [{ number: 3, at: NOW - 5_000, ms: 1, outcome: "rejected" }],
      });
      const settlements = claimed.map((one) => ({
        attempt: 3,
        step: { to: "dead" as const, delivery: died(one.delivery) },
      }));
      await turn({ limit: 0, claimToken: "x", settlements });
      const rows = await inspection.page("dead", null, 10, false);
      const replays = rows.map(({ value, stored }) => ({
        value,
        delivery: actedOn(stored?.delivery ?? aDelivery({}), "replayed", NOW, "c"),
      }));
      await made("c", "counting");
      expect(await acts.replayIn("c", "dead", replays, NOW)).toEqual([false, false]);
      await bulks().move("c", "counting", "running");
      expect(await acts.replayIn("c", "dead", replays, NOW)).toEqual([true, true]);
      expect(await acts.replayIn("c", "dead", replays, NOW)).toEqual([true, true]);
      expect(await bulks().load("c")).toMatchObject({ put: 2 });
      await turn({ limit: 1, claimToken: "y" }); // one has begun
      await bulks().move("c", "running", "cancelling");
      const back = (await inspection.page("replay", null, 10, true)).flatMap(({ value, stored }) => {
        const before = stored === null ? null : beforeReplay(stored.delivery);
        return before === null ? [] : [{ value, ...before }];
      });
      expect(await acts.takeBack("c", "dead", back, NOW)).toEqual([true]);
      expect(await bulks().load("c")).toMatchObject({ put: 2, takenOut: 1 });
      const [row] = await inspection.page("dead", null, 10, false);
      expect(row?.stored).toMatchObject({ attempted: 3, delivery: { attempts: [{ outcome: "rejected" }] } });
      expect(row?.score).toBeCloseTo(NOW - 5_000, 0);
    });
  });
}

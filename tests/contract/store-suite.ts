/** What the store promises, on any Redis: one suite for the in-process engine and for a real redis-server. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Claimed, Delivery, Step } from "@/lib/core/delivery.ts";
import { GONE_GRACE_MS } from "@/lib/core/gone.ts";
import type { KnownFile } from "@/lib/core/known-file.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { type Commit, LEASE_MS } from "@/lib/store/listing-commit.ts";
import { createOutboxStore, type OutboxStore } from "@/lib/store/outbox-store.ts";
import { createSourceStore, type SourceStore } from "@/lib/store/source-store.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit, aTurn, NOW, type Turn } from "./store-calls.ts";

const CLAIM_MS = 30_000;

const aDelivery = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  id,
  instance: "i",
  rev: "r1",
  name: `${id}.jpg`,
  path: `/${id}.jpg`,
  size: 1,
  serverModified: NOW,
  priority: "live",
  seenAt: NOW,
  seenBy: "notification",
  attempts: [],
  ...more,
});

export function describeStore(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let backend: RedisBackend;
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    let source: SourceStore;
    let outbox: OutboxStore;

    beforeAll(async () => {
      backend = await makeBackend();
      rest = await startRedisRest({ backend, token: TOKEN });
      redis = clientOf(rest.url);
      source = createSourceStore(redis, "i", "d");
      outbox = createOutboxStore(redis, "d", { remembers: true, claimMs: CLAIM_MS });
    });
    beforeEach(async () => {
      await redis.flushall();
    });
    afterAll(async () => {
      await rest?.close();
    });

    const commit = (more: Partial<Commit> = {}) => source.commit(aCommit(more));
    const turn = (more: Partial<Turn> = {}) => outbox.settleAndClaim(aTurn(more));
    const file: KnownFile = { rev: "r1", path: "/a.jpg" };

    it("lease free → taken; held → again mark, and the holder goes round once more", async () => {
      expect(await source.begin("t")).toMatchObject({ kind: "taken", cursor: "", phase: null });
      const other = await source.begin("other");
      expect(other).toMatchObject({ kind: "held" });
      if (other.kind === "held") expect(other.leftMs).toBeLessThanOrEqual(LEASE_MS);
      expect(await source.release("other", "")).toEqual({ kind: "lost" });
      // Twice, as when the answer to the first is lost: the request to list again survives.
      expect(await source.release("t", "")).toEqual({ kind: "again", mark: "1" });
      expect(await source.release("t", "")).toEqual({ kind: "again", mark: "1" });
      expect(await source.release("t", "1")).toEqual({ kind: "released" });
      expect(await source.begin("other")).toMatchObject({ kind: "taken" });
    });

    it("again mark + a listing that failed → released all the same", async () => {
      await source.begin("t");
      await source.begin("other");
      expect(await source.release("t", "*")).toEqual({ kind: "released" });
      expect(await source.begin("other")).toMatchObject({ kind: "taken" });
      expect(await source.release("other", "")).toEqual({ kind: "released" });
    });

    it("same token again (its answer was lost) → still the holder", async () => {
      await source.begin("t");
      expect(await source.begin("t")).toMatchObject({ kind: "taken" });
    });

    it("commit under another's lease or an old cursor → nothing written", async () => {
      await source.begin("t");
      expect(await commit({ token: "x", deliveries: [aDelivery("a")] })).toEqual({ kind: "lost" });
      await commit();
      expect(await commit({ deliveries: [aDelivery("a")] })).toEqual({ kind: "lost" });
      expect((await turn()).claimed).toEqual([]);
    });

    it("commit on a wrong belief → the truth and nothing written", async () => {
      await source.begin("t");
      await commit({ files: new Map([["id:a", file]]), paths: new Map([["/a.jpg", "id:a"]]) });
      const stale = await commit({
        cursorBefore: "c1",
        source: { cursor: "c2" },
        believedFiles: new Map([
          ["id:a", ""],
          ["id:b", ""],
        ]),
        believedPaths: new Map([["/a.jpg", ""]]),
        deliveries: [aDelivery("id:a")],
      });
      expect(stale).toEqual({
        kind: "stale",
        files: new Map([
          ["id:a", JSON.stringify(file)],
          ["id:b", ""],
        ]),
        paths: new Map([["/a.jpg", "id:a"]]),
      });
      expect(await redis.hget("relay:i:i:source", "cursor")).toBe("c1");
      expect((await turn()).claimed).toEqual([]);
    });

    it("commit that fails half way → the cursor has not moved; done again, all is there", async () => {
      await source.begin("t");
      await redis.set("relay:d:d:due:live", "no sorted set");
      await expect(commit({ deliveries: [aDelivery("a")] })).rejects.toThrow("commit listing");
      expect(await redis.hget("relay:i:i:source", "cursor")).toBeNull();
      await redis.del("relay:d:d:due:live");
      expect(await commit({ deliveries: [aDelivery("a")] })).toEqual({ kind: "committed" });
      expect((await turn()).claimed).toMatchObject([{ delivery: { id: "a" } }]);
    });

    describe("several outboxes", () => {
      const other = () => createOutboxStore(redis, "e", { remembers: true, claimMs: CLAIM_MS });
      const both = () => createSourceStore(redis, "i", "d", "e");
      const commitBoth = (more: Partial<Commit>) => both().commit(aCommit(more));
      const turnOf = (store: OutboxStore, more: Partial<Turn> = {}) =>
        store.settleAndClaim(aTurn({ settleToken: "w0", claimToken: "w1", ...more }));

      it("committed → each has every delivery once, in order, with one cursor", async () => {
        await both().begin("t");
        expect(await commitBoth({ deliveries: [aDelivery("a"), aDelivery("b")] })).toEqual({ kind: "committed" });
        for (const store of [outbox, other()])
          expect((await turnOf(store)).claimed.map(({ delivery }) => delivery.id)).toEqual(["a", "b"]);
        expect(await redis.hget("relay:i:i:source", "cursor")).toBe("c1");
      });

      it("claimed in one, settled in the other → a newer revision waits in the one and is due in the other", async () => {
        await both().begin("t");
        await commitBoth({ files: new Map([["a", file]]), deliveries: [aDelivery("a")] });
        await turnOf(outbox);
        const [claimed] = (await turnOf(other())).claimed;
        if (claimed === undefined) throw new Error("nothing claimed");
        const step: Step = { to: "settled", delivery: claimed.delivery, remoteId: null };
        await turnOf(other(), { settleToken: "w1", claimToken: "w2", settlements: [{ attempt: 1, step }] });
        await commitBoth({
          cursorBefore: "c1",
          believedFiles: new Map([["a", JSON.stringify(file)]]),
          deliveries: [aDelivery("a", { rev: "r2" })],
        });
        expect((await turnOf(outbox, { claimToken: "w3" })).claimed).toEqual([]);
        expect((await turnOf(other(), { claimToken: "w3" })).claimed).toMatchObject([{ delivery: { rev: "r2" } }]);
        expect(await redis.zcard("relay:d:e:settled")).toBe(0);
      });

      it("fails in the last of them → the cursor has not moved; done again, each has it once", async () => {
        await both().begin("t");
        await redis.set("relay:d:e:due:live", "no sorted set");
        await expect(commitBoth({ deliveries: [aDelivery("a")] })).rejects.toThrow("commit listing");
        expect(await redis.hget("relay:i:i:source", "cursor")).toBeNull();
        await redis.del("relay:d:e:due:live");
        expect(await commitBoth({ deliveries: [aDelivery("a")] })).toEqual({ kind: "committed" });
        for (const store of [outbox, other()]) expect((await turnOf(store)).claimed).toHaveLength(1);
      });
    });

    it("lease → has an end; commit late in it → begins anew", async () => {
      await source.begin("t");
      expect(await redis.pttl("relay:i:i:lease")).toBeGreaterThan(5_000);
      await redis.pexpire("relay:i:i:lease", 5_000);
      await commit();
      expect(await redis.pttl("relay:i:i:lease")).toBeGreaterThan(5_000);
    });

    it("delivery committed → claimed with its attempt counted; settled → in the ledger, not due", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a"), aDelivery("b", { priority: "backfill" })] });
      const { claimed } = await turn();
      expect(claimed.map((one) => [one.delivery.id, one.attempt, one.takenOver])).toEqual([
        ["a", 1, false],
        ["b", 1, false],
      ]);
      const settled = await turn({
        settlements: claimed.map((one) => ({
          attempt: 1,
          step: { to: "settled", delivery: one.delivery, remoteId: "r" },
        })),
      });
      expect(settled).toMatchObject({ settled: 2, claimed: [], nextDueAt: null });
      expect(await redis.hlen("relay:d:d:ledger")).toBe(2);
    });

    it("claim ended without an outcome → claimed by the next, marked as taken over, before anything new", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a")] });
      await turn();
      expect((await turn({ claimToken: "x", now: NOW + 29_000 })).claimed).toEqual([]);
      const over = await turn({ claimToken: "x", now: NOW + 30_000 });
      expect(over.claimed).toMatchObject([{ attempt: 2, takenOver: true }]);
    });

    it("newer revision while one is claimed → waits, then takes its place whatever the outcome", async () => {
      for (const to of ["settled", "dead", "due"] as const) {
        await redis.flushall();
        await source.begin("t");
        await commit({ deliveries: [aDelivery("a")] });
        const [old] = (await turn()).claimed;
        if (old === undefined) throw new Error("nothing claimed");
        await commit({ cursorBefore: "c1", source: { cursor: "c2" }, deliveries: [aDelivery("a", { rev: "r2" })] });
        expect((await turn({ claimToken: "x" })).claimed).toEqual([]);
        const step =
          to === "due"
            ? ({ to, delivery: old.delivery, dueAt: NOW + 9_999, counted: true, clearAt: null } as const)
            : to === "settled"
              ? ({ to, delivery: old.delivery, remoteId: "r" } as const)
              : ({ to, delivery: old.delivery } as const);
        const next = await turn({ settlements: [{ attempt: 1, step }] });
        expect(next.claimed).toMatchObject([{ attempt: 1, delivery: { rev: "r2" } }]);
        const [newer] = next.claimed;
        if (newer === undefined) throw new Error("nothing claimed");
        const last = { to: "settled", delivery: newer.delivery, remoteId: "r" } as const;
        const after = await turn({ settlements: [{ attempt: 1, step: last }] });
        expect(after).toMatchObject({ settled: 1, claimed: [], nextDueAt: null });
      }
    });

    it("given back uncounted → claimed again under the same number; counted → under the next", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a")] });
      let [one] = (await turn()).claimed;
      for (const [counted, attempt] of [
        [false, 1],
        [true, 2],
        [false, 2],
      ] as const) {
        if (one === undefined) throw new Error("nothing claimed");
        const step = { to: "due", delivery: one.delivery, dueAt: NOW, counted, clearAt: null } as const;
        [one] = (await turn({ settlements: [{ attempt: one.attempt, step }] })).claimed;
        expect(one).toMatchObject({ attempt, takenOver: false });
      }
    });

    it("newer revision of a waiting or dead delivery → replaces it, due once", async () => {
      await source.begin("t");
      const believedFiles = new Map([["a", JSON.stringify(file)]]);
      await commit({ files: new Map([["a", file]]), deliveries: [aDelivery("a")] });
      await commit({
        cursorBefore: "c1",
        source: { cursor: "c2" },
        believedFiles,
        deliveries: [aDelivery("a", { rev: "r2" })],
      });
      const first = await turn();
      expect(first.claimed).toMatchObject([{ delivery: { rev: "r2" } }]);
      const [one] = first.claimed;
      if (one === undefined) throw new Error("nothing claimed");
      await turn({ settlements: [{ attempt: 1, step: { to: "dead", delivery: one.delivery } }] });
      expect(await redis.zcard("relay:d:d:dead")).toBe(1);
      await commit({
        cursorBefore: "c2",
        source: { cursor: "c3" },
        believedFiles,
        deliveries: [aDelivery("a", { rev: "r3" })],
      });
      expect(await redis.zcard("relay:d:d:dead")).toBe(0);
      expect((await turn()).claimed).toMatchObject([{ delivery: { rev: "r3" } }]);
    });

    it("hold → nothing claimed and when it ends; a shorter hold does not shorten it", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a")] });
      const hold = { until: NOW + 60_000, reason: "rateLimited" } as const;
      expect(await turn({ hold })).toMatchObject({ claimed: [], hold, nextDueAt: NOW });
      expect(await turn({ hold: { ...hold, until: NOW + 1_000 } })).toMatchObject({ claimed: [], hold });
      expect(await turn({ credential: "another" })).toMatchObject({ claimed: [{ attempt: 1 }] });
      expect(await turn({ now: NOW + 60_000 })).toMatchObject({ hold: null });
    });

    it("settled deliveries past the cap → the oldest leave with their stories", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a")] });
      const [one] = (await turn()).claimed;
      if (one === undefined) throw new Error("nothing claimed");
      const old = Array.from({ length: 10_000 }, (_, n) => `old-${n}`);
      for (let from = 0; from < old.length; from += 1000) {
        const part = old.slice(from, from + 1000);
        const entries = part.map((member, n) => ({ score: from + n, member }));
        const [head, ...rest_] = entries;
        if (head !== undefined) await redis.zadd("relay:d:d:settled", head, ...rest_);
        await redis.hset("relay:d:d:deliveries", Object.fromEntries(part.map((id) => [id, "p 1 -\n{}"])));
      }
      await turn({ settlements: [{ attempt: 1, step: { to: "settled", delivery: one.delivery, remoteId: "r" } }] });
      expect(await redis.zcard("relay:d:d:settled")).toBe(10_000);
      expect(await redis.hexists("relay:d:d:deliveries", "old-0")).toBe(0);
      expect(await redis.hexists("relay:d:d:deliveries", "old-1")).toBe(1);
    });

    it("500 deliveries in one commit → claimed in the listing's order", async () => {
      await source.begin("t");
      const ids = Array.from({ length: 500 }, (_, n) => `id:${(n * 7919) % 500}`);
      await commit({ deliveries: ids.map((id) => aDelivery(id)) });
      const first = await turn();
      expect(first.claimed.map((one) => one.delivery.id)).toEqual(ids.slice(0, 50));
    });

    it("settled and claimed twice (the answer was lost) → the newer revision survives", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a")] });
      const [old] = (await turn({ claimToken: "one" })).claimed;
      if (old === undefined) throw new Error("nothing claimed");
      await commit({ cursorBefore: "c1", source: { cursor: "c2" }, deliveries: [aDelivery("a", { rev: "r2" })] });
      const same = {
        settleToken: "one",
        claimToken: "two",
        settlements: [{ attempt: 1, step: { to: "settled", delivery: old.delivery, remoteId: "r" } as const }],
      };
      await turn(same);
      expect(await turn(same)).toMatchObject({ settled: 0, claimed: [] });
      const later = await turn({ claimToken: "three", now: NOW + 30_000 });
      expect(later.claimed).toMatchObject([{ delivery: { rev: "r2" }, takenOver: true }]);
    });

    it("backfill waiting, then edited → due once, as live", async () => {
      await source.begin("t");
      const files = new Map([["a", file]]);
      await commit({ files, deliveries: [aDelivery("a", { priority: "backfill" })] });
      await commit({
        cursorBefore: "c1",
        source: { cursor: "c2" },
        believedFiles: new Map([["a", JSON.stringify(file)]]),
        deliveries: [aDelivery("a", { rev: "r2" })],
      });
      expect((await turn()).claimed).toMatchObject([{ delivery: { rev: "r2" } }]);
      expect(await redis.zcard("relay:d:d:due:backfill")).toBe(0);
    });

    it("write never answered → a newer revision waits until it can no longer land, waiting or claimed", async () => {
      await source.begin("t");
      const files = new Map([["a", file]]);
      const believedFiles = new Map([["a", JSON.stringify(file)]]);
      await commit({ files, deliveries: [aDelivery("a")] });
      const [one] = (await turn()).claimed;
      if (one === undefined) throw new Error("nothing claimed");
      const until = NOW + 45_000;
      const step = { to: "due", delivery: one.delivery, dueAt: until, counted: true, clearAt: until } as const;
      await turn({ settlements: [{ attempt: 1, step }], limit: 0 });
      for (const [n, rev] of ["r2", "r3"].entries()) {
        const source_ = { cursor: `c${n + 2}` };
        const more = { believedFiles, deliveries: [aDelivery("a", { rev })] };
        await commit({ cursorBefore: `c${n + 1}`, source: source_, ...more });
        expect(await turn()).toMatchObject({ claimed: [], nextDueAt: until });
      }
      const [newest] = (await turn({ now: until })).claimed;
      expect(newest).toMatchObject({ attempt: 1, delivery: { rev: "r3" } });
      if (newest === undefined) throw new Error("nothing claimed");
      await commit({
        cursorBefore: "c3",
        source: { cursor: "c4" },
        believedFiles,
        deliveries: [aDelivery("a", { rev: "r4" })],
      });
      const again = { ...step, delivery: newest.delivery, dueAt: until + 45_000, clearAt: until + 45_000 };
      const next = await turn({ now: until, settlements: [{ attempt: 1, step: again }] });
      expect(next).toMatchObject({ claimed: [], nextDueAt: until + 45_000 });
    });

    it("500 files in the places of 500 others that are gone → all in one commit", async () => {
      await source.begin("t");
      const ids = Array.from({ length: 500 }, (_, n) => `id:${n}`);
      const pairs = ids.flatMap((id) => [
        aDelivery(id),
        aDelivery(`${id}-before`, { rev: "gone-r1", gone: "deleted" as const }),
      ]);
      const files = new Map(pairs.map(({ id }) => [id, file]));
      expect(await commit({ files })).toEqual({ kind: "committed" });
      const more = { cursorBefore: "c1", source: { cursor: "c2" }, files, deliveries: pairs };
      const believedFiles = new Map(pairs.map(({ id }) => [id, JSON.stringify(file)]));
      const believedPaths = new Map(ids.map((id) => [`/${id}`, ""]));
      expect(await commit({ ...more, believedFiles, believedPaths })).toEqual({ kind: "committed" });
      expect(await redis.zcount("relay:d:d:due:live", "-inf", NOW)).toBe(500);
      expect(await redis.zcount("relay:d:d:due:live", NOW + GONE_GRACE_MS, "+inf")).toBe(500);
    });

    it("500 files, each with a long path of folders of its own → all or nothing, and all", async () => {
      await source.begin("t");
      const ids = Array.from({ length: 500 }, (_, n) => `id:${n}`);
      const paths = new Map(
        ids.flatMap((id) =>
          Array.from({ length: 9 }, (_, depth) => [`/${id}${"/x".repeat(depth)}`, "folder"] as const),
        ),
      );
      await commit({ paths, files: new Map(ids.map((id) => [id, file])), deliveries: ids.map((id) => aDelivery(id)) });
      expect(await redis.hlen("relay:i:i:paths")).toBe(4500);
      expect(await redis.hget("relay:i:i:source", "cursor")).toBe("c1");
      expect(await redis.zcard("relay:d:d:due:live")).toBe(500);
    });

    it("a stored value that is no delivery → handed over as unreadable, settled as dead, the others claimed", async () => {
      await source.begin("t");
      await commit({ deliveries: [aDelivery("a"), aDelivery("b")] });
      await redis.hset("relay:d:d:deliveries", { a: "p 0 -\n{broken" });
      const found = await turn();
      expect(found.claimed.map((one) => one.delivery.id)).toEqual(["b"]);
      expect(found.unreadable).toMatchObject([{ id: "a" }]);
      await turn({ settlements: found.unreadable.map((unreadable) => ({ unreadable })) });
      expect(await redis.zcard("relay:d:d:dead")).toBe(1);
      expect(await redis.hget("relay:d:d:deliveries", "a")).toBe("p 0 -\n{broken");
    });

    describe("a file that is gone", () => {
      const goneFile = (more: Partial<Delivery> = {}) => aDelivery("a", { rev: "gone-r1", gone: "deleted", ...more });
      const known = new Map([["a", JSON.stringify(file)]]);
      const more = (n: number, delivery: Delivery): Partial<Commit> => ({
        cursorBefore: `c${n}`,
        source: { cursor: `c${n + 1}` },
        believedFiles: known,
        deliveries: [delivery],
      });
      const after = NOW + GONE_GRACE_MS;
      async function waiting(): Promise<void> {
        await source.begin("t");
        await commit({ files: new Map([["a", file]]), deliveries: [aDelivery("a")] });
      }

      it("while it waited to be delivered → takes its place, and is not due before its grace is over", async () => {
        await waiting();
        await commit(more(1, goneFile()));
        expect(await turn({ now: after - 1 })).toMatchObject({ claimed: [], nextDueAt: after });
        expect((await turn({ now: after })).claimed).toMatchObject([{ attempt: 1, delivery: { gone: "deleted" } }]);
      });

      it("and is there again within its grace → takes its place in turn, due at once", async () => {
        await waiting();
        await commit(more(1, goneFile()));
        await commit(more(2, aDelivery("a", { path: "/b.jpg" })));
        const { claimed } = await turn();
        expect(claimed).toMatchObject([{ delivery: { rev: "r1", path: "/b.jpg" } }]);
        expect(claimed[0]?.delivery).not.toHaveProperty("gone");
        expect(await redis.zcard("relay:d:d:due:live")).toBe(0);
      });

      it("while it is being delivered → waits behind it, and its grace is not cut short", async () => {
        await waiting();
        const [one] = (await turn({ claimToken: "w1" })).claimed;
        if (one === undefined) throw new Error("nothing claimed");
        await commit(more(1, goneFile()));
        const step = { to: "settled", delivery: one.delivery, remoteId: "post 9" } as const;
        const next = await turn({ settleToken: "w1", claimToken: "w2", settlements: [{ attempt: 1, step }] });
        expect(next).toMatchObject({ settled: 1, claimed: [], nextDueAt: after });
        expect((await turn({ claimToken: "w3", now: after })).claimed).toMatchObject([
          { delivery: { gone: "deleted" }, before: { rev: "r1", remoteId: "post 9", path: "/a.jpg" } },
        ]);
      });

      it("a write of it was never answered → neither that it is gone nor that it is back comes before it can land", async () => {
        for (const landsAt of [NOW + 45_000, after + 45_000]) {
          await redis.flushall();
          await waiting();
          const [one] = (await turn({ claimToken: "w1" })).claimed;
          if (one === undefined) throw new Error("nothing claimed");
          const { delivery } = one;
          const step = { to: "due", delivery, dueAt: landsAt, counted: true, clearAt: landsAt } as const;
          await turn({ settleToken: "w1", claimToken: "w2", settlements: [{ attempt: 1, step }], limit: 0 });
          await commit(more(1, goneFile()));
          expect(await turn()).toMatchObject({ claimed: [], nextDueAt: Math.max(landsAt, after) });
          await commit(more(2, aDelivery("a")));
          expect(await turn()).toMatchObject({ claimed: [], nextDueAt: landsAt });
        }
      });

      async function delivered(): Promise<void> {
        await waiting();
        const [one] = (await turn({ claimToken: "w1" })).claimed;
        if (one === undefined) throw new Error("nothing claimed");
        const step = { to: "settled", delivery: one.delivery, remoteId: "post 9" } as const;
        await turn({ settleToken: "w1", claimToken: "w2", settlements: [{ attempt: 1, step }] });
        await commit(more(1, goneFile()));
      }
      async function withdrawn(make: (claim: Claimed) => Step): Promise<Claimed | undefined> {
        await delivered();
        const [claim] = (await turn({ claimToken: "w3", now: after })).claimed;
        if (claim === undefined) throw new Error("nothing claimed");
        await outbox.note("w3", new Map([["a", "removing post 9"]]));
        const settlements = [{ attempt: 1, step: make(claim) }];
        const { claimed } = await turn({ settleToken: "w3", claimToken: "w4", now: after, settlements });
        if (claimed.length > 0) return claimed[0];
        await commit(more(2, aDelivery("a")));
        return (await turn({ claimToken: "w5", now: after })).claimed[0];
      }

      it("taken away → the ledger and the owners forget it: a file that returns is a new one", async () => {
        const back = await withdrawn(({ delivery }) => ({
          to: "settled",
          delivery,
          remoteId: null,
          forgets: "post 9",
        }));
        expect(back).toMatchObject({ before: null, note: null });
        expect(await outbox.ownersOf(["post 9"])).toEqual([null]);
      });

      it("hidden → the ledger says so: a file that returns is an edit", async () => {
        const back = await withdrawn(({ delivery, before }) => {
          if (before === null) throw new Error("nothing in the ledger");
          return { to: "settled", delivery, remoteId: null, hides: before };
        });
        expect(back?.before).toEqual({ rev: "r1", remoteId: "post 9", at: after, path: "/a.jpg", hidden: true });
        expect(await outbox.ownersOf(["post 9"])).toEqual(["a"]);
      });

      it("kept → the ledger stays as it is", async () => {
        const back = await withdrawn(({ delivery }) => ({ to: "settled", delivery, remoteId: null }));
        expect(back?.before).toEqual({ rev: "r1", remoteId: "post 9", at: NOW, path: "/a.jpg" });
      });

      it("found to be taken away → forgotten, and claimed again as a new one", async () => {
        const back = await withdrawn(({ delivery }) => {
          return { to: "due", delivery, dueAt: NOW, counted: false, clearAt: null, forgets: "post 9" };
        });
        expect(back).toMatchObject({ attempt: 1, before: null, note: null });
      });

      it("settled twice (the answer was lost) → what was delivered anew meanwhile is not forgotten", async () => {
        await delivered();
        const [claim] = (await turn({ claimToken: "w3", now: after })).claimed;
        if (claim === undefined) throw new Error("nothing claimed");
        const step = { to: "settled", delivery: claim.delivery, remoteId: null, forgets: "post 9" } as const;
        const same = { settleToken: "w3", claimToken: "w4", now: after, settlements: [{ attempt: 1, step }] };
        await turn(same);
        await redis.hset("relay:d:d:ledger", { a: "anew" });
        await turn(same);
        expect(await redis.hget("relay:d:d:ledger", "a")).toBe("anew");
      });
    });

    it("paths below folders → told, in bounded steps of a scan, and left in the table", async () => {
      await source.begin("t");
      const names = Array.from({ length: 3000 }, (_, n) => `/in/${n % 7}/${n}`);
      for (let from = 0; from < names.length; from += 1000) {
        const part = names.slice(from, from + 1000).map((path): [string, string] => [path, "id:x"]);
        await commit({ paths: new Map(part), source: {} });
      }
      await commit({ paths: new Map([["/in/7/x", "id:y"]]), source: {} });
      const found: string[] = [];
      for await (const below of source.pathsBelow(["/in/7", "/in/3"])) found.push(...below);
      const expected = [...names.filter((name) => name.startsWith("/in/3/")), "/in/7/x"];
      expect([...new Set(found)].sort()).toEqual(expected.sort());
      expect(await redis.hlen("relay:i:i:paths")).toBe(3001);
    });

    it("paths below deleted folders → forgotten, also with glob signs in the name; others and kept ones stay", async () => {
      await source.begin("t");
      const paths = new Map([
        ["/a[1]*/x.jpg", "id:x"],
        ["/a[1]*/b/y.jpg", "id:y"],
        ["/a1/z.jpg", "id:z"],
      ]);
      await commit({ paths });
      await source.forgetBelow(["/a[1]*"], new Set(["/a[1]*/b/y.jpg"]));
      expect((await redis.hkeys("relay:i:i:paths")).sort()).toEqual(["/a1/z.jpg", "/a[1]*/b/y.jpg"]);
    });

    describe("notes of what an attempt is about to do", () => {
      const settle = (step: Step) => ({ settleToken: "w1", claimToken: "w2", settlements: [{ attempt: 1, step }] });
      const due = (delivery: Delivery): Step => ({ to: "due", delivery, dueAt: NOW, counted: true, clearAt: null });
      async function claimed(): Promise<Delivery> {
        const delivery = aDelivery("a");
        await source.begin("t");
        await commit({ deliveries: [delivery] });
        const { claimed } = await turn({ claimToken: "w1" });
        expect(claimed).toMatchObject([{ note: null, before: null }]);
        return delivery;
      }

      it("noted under the claim → told to whoever claims next", async () => {
        const delivery = await claimed();
        expect(await outbox.note("w1", new Map([["a", "uploaded 7"]]))).toBe(true);
        expect((await turn(settle(due(delivery)))).claimed).toMatchObject([{ note: "uploaded 7" }]);
      });

      it("the claim is another's by now → nothing is noted, for any of them", async () => {
        await claimed();
        const later = NOW + CLAIM_MS + 1;
        expect((await turn({ claimToken: "w2", now: later })).claimed).toMatchObject([{ takenOver: true }]);
        expect(await outbox.note("w1", new Map([["a", "late"]]))).toBe(false);
        expect((await turn({ claimToken: "w3", now: later + CLAIM_MS + 1 })).claimed).toMatchObject([{ note: null }]);
      });

      it("delivered → the note is gone, and the next revision is told what was delivered", async () => {
        const delivery = await claimed();
        await outbox.note("w1", new Map([["a", "uploaded 7"]]));
        await turn(settle({ to: "settled", delivery, remoteId: "post 9" }));
        await commit({
          cursorBefore: "c1",
          deliveries: [aDelivery("a", { rev: "r2" })],
          believedFiles: new Map([["a", ""]]),
        });
        expect((await turn({ claimToken: "w3" })).claimed).toMatchObject([
          { delivery: { rev: "r2" }, note: null, before: { rev: "r1", remoteId: "post 9", at: NOW } },
        ]);
        expect(await outbox.ownersOf(["post 8", "post 9"])).toEqual([null, "a"]);
      });

      it("a former revision found → in the ledger, its note gone, and this one claimed again as an edit of it", async () => {
        const delivery = await claimed();
        await outbox.note("w1", new Map([["a", "posting r0"]]));
        const step: Step = { ...due(delivery), former: { rev: "r0", remoteId: "post 7" } } as Step;
        expect((await turn(settle(step))).claimed).toMatchObject([
          { note: null, before: { rev: "r0", remoteId: "post 7", at: NOW } },
        ]);
        expect(await outbox.ownersOf(["post 7"])).toEqual(["a"]);
      });

      it("cannot be told → kept apart with its note, claimed by nobody, until a newer revision comes", async () => {
        const delivery = await claimed();
        await outbox.note("w1", new Map([["a", "posting"]]));
        expect((await turn(settle({ to: "unclear", delivery }))).claimed).toEqual([]);
        expect(await redis.zrange("relay:d:d:unclear", 0, -1)).toEqual(["a"]);
        expect((await turn({ claimToken: "w3", now: NOW + 10 * CLAIM_MS })).claimed).toEqual([]);
        await redis.hset("relay:i:i:files", { a: JSON.stringify(file) });
        await commit({
          cursorBefore: "c1",
          deliveries: [aDelivery("a", { rev: "r2" })],
          believedFiles: new Map([["a", JSON.stringify(file)]]),
        });
        expect(await redis.zcard("relay:d:d:unclear")).toBe(0);
        expect((await turn({ claimToken: "w4" })).claimed).toMatchObject([
          { delivery: { rev: "r2" }, note: "posting" },
        ]);
      });
    });
  });
}

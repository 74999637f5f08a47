/** What the store of instances promises, on any Redis. */
import type { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT_INSTANCES_MAX, type Instance, instanceSchema } from "@/lib/core/instance.ts";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createStoredBackfill } from "@/lib/store/backfill-store.ts";
import { createInstanceStore, type InstanceStore, type StoredInstance } from "@/lib/store/instance-store.ts";
import { accountKey, INSTANCE_KEYS, instanceKey, sourceKeys } from "@/lib/store/keys.ts";
import { createSourceStore, createStoredSource } from "@/lib/store/source-store.ts";
import { clientOf, TOKEN } from "./redis-commands.ts";
import { aCommit } from "./store-calls.ts";

const anInstance = (id: string, changes: Partial<Instance> = {}): Instance =>
  instanceSchema.parse({
    id,
    name: `number ${id}`,
    tags: [],
    account: "dbid:A",
    folder: "",
    destinations: [],
    status: "active",
    trouble: null,
    pollSeconds: null,
    since: 0,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  });

export function describeInstanceStore(name: string, makeBackend: () => Promise<RedisBackend>): void {
  describe(name, () => {
    let rest: Awaited<ReturnType<typeof startRedisRest>>;
    let redis: Redis;
    let store: InstanceStore;
    const unreadable: string[] = [];

    beforeAll(async () => {
      rest = await startRedisRest({ backend: await makeBackend(), token: TOKEN });
      redis = clientOf(rest.url);
      store = createInstanceStore(redis, (row) => unreadable.push(row));
    });
    beforeEach(async () => {
      unreadable.length = 0;
      await redis.flushall();
    });
    afterAll(async () => {
      await rest?.close();
    });

    const made = async (id: string, changes: Partial<Instance> = {}): Promise<StoredInstance> => {
      const put = await store.put({ instance: anInstance(id, changes), sealed: {} }, null, `stamp ${id}`);
      if (put.kind !== "stored") throw new Error(put.kind);
      return put.stored;
    };
    const renamed = ({ instance, sealed }: StoredInstance, to: string) => ({
      instance: { ...instance, name: to },
      sealed,
    });

    it("none → created → found by id, by account and in the walk, each under version 1", async () => {
      const one = await made("7");
      expect(one.version).toBe(1);
      expect(await store.get("7")).toEqual(one);
      expect(await store.ofAccount("dbid:A")).toEqual([one]);
      expect(await store.ofAccount("dbid:B")).toEqual([]);
      expect(await store.page("0", 10)).toEqual([one]);
      expect(await store.get("8")).toBeNull();
    });

    it("two who read the same version → both write → the second is stale, and the first's stays", async () => {
      const one = await made("7");
      expect(await store.put(renamed(one, "mine"), one, "a")).toMatchObject({ kind: "stored", stored: { version: 2 } });
      expect(await store.put(renamed(one, "yours"), one, "b")).toEqual({ kind: "stale" });
      expect((await store.get("7"))?.instance.name).toBe("mine");
      expect((await store.ofAccount("dbid:A"))[0]?.instance.name).toBe("mine");
    });

    it("the answer to a write lost → written again under the same stamp → stored, once", async () => {
      const one = await made("7");
      await store.put(renamed(one, "mine"), one, "a");
      expect(await store.put(renamed(one, "mine"), one, "a")).toMatchObject({ kind: "stored" });
      expect((await store.get("7"))?.version).toBe(2);
    });

    it("another account linked → under that one, and no longer under the former", async () => {
      const one = await made("7");
      await store.put({ instance: { ...one.instance, account: "dbid:B" }, sealed: {} }, one, "a");
      expect(await store.ofAccount("dbid:A")).toEqual([]);
      expect(await store.ofAccount("dbid:B")).toHaveLength(1);
    });

    it("removed → nowhere, and a writer who read it before cannot bring it back", async () => {
      const one = await made("7");
      expect(await store.remove(one)).toBe("removed");
      expect(await store.remove(one)).toBe("removed");
      expect(await store.put(renamed(one, "back"), one, "a")).toEqual({ kind: "stale" });
      const left = await redis.exists(instanceKey("7"), INSTANCE_KEYS.all, accountKey("dbid:A"));
      expect(Number(left)).toBe(0);
    });

    it("changed since it was read → remove → stale, and it stays", async () => {
      const one = await made("7");
      await store.put(renamed(one, "mine"), one, "a");
      expect(await store.remove(one)).toBe("stale");
      expect(await store.get("7")).not.toBeNull();
    });

    it("25 of them → walked ten at a time → each once, in order, while one is removed and one is added", async () => {
      for (let id = 1; id <= 25; id += 1) await made(String(id));
      const seen: string[] = [];
      let after = "0";
      for (;;) {
        const part = await store.page(after, 10);
        seen.push(...part.map(({ instance }) => instance.id));
        const last = part.at(-1);
        if (last === undefined) break;
        after = last.instance.id;
        if (after === "10") {
          const five = await store.get("5");
          if (five !== null) await store.remove(five);
          await made("26");
        }
      }
      expect(seen).toEqual(Array.from({ length: 26 }, (_, n) => String(n + 1)));
    });

    it("as many of an account as there may be → one more → full, and another account's is taken", async () => {
      for (let id = 1; id <= ACCOUNT_INSTANCES_MAX; id += 1) await made(String(id));
      const more = { instance: anInstance("500"), sealed: {} };
      expect(await store.put(more, null, "a")).toEqual({ kind: "full" });
      expect(await store.get("500")).toBeNull();
      await made("501", { account: "dbid:B" });
    });

    it("a row that is none of ours → the others are read, and it is told of", async () => {
      await made("1");
      await made("2");
      await redis.hset(accountKey("dbid:A"), { "1": "{}" });
      expect((await store.ofAccount("dbid:A")).map(({ instance }) => instance.id)).toEqual(["2"]);
      expect(unreadable).toEqual(["{}"]);
    });

    it("a lease taken or held → the rows of the account named beside it come along", async () => {
      await made("1");
      await made("2", { account: "dbid:B" });
      const source = createSourceStore(redis, "env", "d");
      const first = await source.begin("t", "dbid:A");
      const second = await source.begin("other", "dbid:A");
      expect([first.kind, second.kind]).toEqual(["taken", "held"]);
      for (const { beside } of [first, second])
        expect(store.read(beside).map(({ instance }) => instance.id)).toEqual(["1"]);
      expect((await source.begin("other")).beside).toEqual([]);
    });

    it("changed while its folder is listed → that run commits nothing and is told to leave; a link of its new row goes on", async () => {
      const one = await made("1");
      const by = (version: number) => createStoredSource(redis, { instance: "1", version }, ["1_d"]);
      expect((await by(1).begin("t")).kind).toBe("taken");
      await store.put(renamed(one, "mine"), one, "a");
      expect(await by(1).commit(aCommit())).toEqual({ kind: "lost" });
      expect((await by(1).begin("t")).kind).toBe("left");
      expect((await by(2).begin("u")).kind).toBe("taken");
      expect(await by(2).commit(aCommit({ token: "u" }))).toEqual({ kind: "committed" });
    });

    it("changed or removed while a bulk act works on it → its commits are refused, those of the new row are not", async () => {
      const one = await made("1");
      const by = (version: number) =>
        createStoredBackfill(redis, { instance: "1", version }, ["1_d", "1_e"]).source("b");
      await by(1).begin("t");
      expect(await by(1).commit(aCommit())).toEqual({ kind: "committed" });
      const put = await store.put(renamed(one, "mine"), one, "a");
      const next = aCommit({ cursorBefore: "c1", source: { cursor: "c2" } });
      expect(await by(1).commit(next)).toEqual({ kind: "lost" });
      expect(await by(2).commit(next)).toEqual({ kind: "committed" });
      if (put.kind === "stored") await store.remove(put.stored);
      const last = aCommit({ cursorBefore: "c2", files: new Map([["id:a", { rev: "1", path: "/a" }]]) });
      expect(await by(2).commit(last)).toEqual({ kind: "lost" });
      expect(await redis.exists(sourceKeys("1").files)).toBe(0);
    });

    it("ids → counted, and none twice", async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, () => store.nextId()));
      expect(new Set(ids).size).toBe(20);
    });
  });
}

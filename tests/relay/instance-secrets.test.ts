/** What of an instance's secrets lies in Redis, and what becomes of one that is moved; and changes made at the same time. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInstances } from "@/lib/instances/manage.ts";
import { createLog } from "@/lib/log.ts";
import { createInstanceStore } from "@/lib/store/instance-store.ts";
import { accountKey, instanceKey } from "@/lib/store/keys.ts";
import { createRedis } from "@/lib/store/redis.ts";
import { createVault } from "@/lib/store/vault.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { secret } from "../support/builders.ts";
import { aDraft, connect, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let account: Dropbox;
beforeEach(async () => {
  world = await createWorld({ accounts: 1 });
  [account] = world.accounts as [Dropbox];
});
afterEach(() => world.close());

/** Every key and value of the database as one text. */
async function everything(): Promise<string> {
  const textOf = (value: unknown): string => (Array.isArray(value) ? value.map(textOf).join("\n") : String(value));
  const keys = (await world.backend.command(["KEYS", "*"])) as Buffer[];
  const read: Record<string, string[]> = { string: ["GET"], hash: ["HGETALL"], zset: ["ZRANGE", "0", "-1"] };
  const parts = keys.map(async (key) => {
    const type = /"status":"(\w+)"/.exec(JSON.stringify(await world.backend.command(["TYPE", String(key)])))?.[1];
    const [command = "", ...rest] = read[type ?? ""] ?? [];
    return `${key}\n${textOf(await world.backend.command([command, String(key), ...rest]))}`;
  });
  return (await Promise.all(parts)).join("\n");
}

async function rowOf(id: string) {
  const row = String(await world.backend.command(["HGET", instanceKey(id), "row"]));
  return JSON.parse(row) as { version: number; instance: ReturnType<typeof aDraft>; sealed: Record<string, string> };
}
async function overwrite(id: string, row: object) {
  await world.backend.command(["HSET", instanceKey(id), "row", JSON.stringify(row)]);
  await world.backend.command(["HSET", accountKey(account.accountId), id, JSON.stringify(row)]);
}

describe("at rest", () => {
  it("created, used, renewed, refused and changed → no byte of Redis or of the log holds a token in the clear", async () => {
    const one = await connect(world, account);
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    account.expireToken();
    await notify(world, account);
    storedOf(await world.context.instances.change(one.id, { edit: (now) => ({ ...now, name: "renamed" }) }));
    account.unlink();
    await notify(world, account);
    const all = `${await everything()}\n${world.logged.join("\n")}`;
    expect(all).toContain("renamed");
    for (const plain of [account.refreshToken, world.env.FACEBOOK_API_KEY, account.accessToken]) {
      expect(all).not.toContain(plain);
      expect(all).not.toContain(Buffer.from(plain).toString("base64").replace(/=+$/, ""));
    }
  });

  it("what is handed out of the store → holds sealed texts only, and opens for who asks by name", async () => {
    const one = await connect(world, account);
    const stored = await world.context.instances.get(one.id);
    if (stored === null) throw new Error("not stored");
    expect(JSON.stringify(stored)).not.toContain(account.refreshToken);
    expect(await world.context.instances.secretsOf(stored, "source")).toEqual({ refreshToken: account.refreshToken });
    expect(await world.context.instances.secretsOf(stored, "nothing")).toBeNull();
  });

  it("removed → its secrets are gone from Redis, and the tokens that came of them", async () => {
    const one = await connect(world, account);
    const { sealed } = await rowOf(one.id);
    expect(await everything()).toContain("relay:token:");
    await world.context.instances.remove(one.id);
    const all = await everything();
    for (const text of Object.values(sealed)) expect(all).not.toContain(text);
    expect(all).not.toContain("relay:token:");
  });

  it("connected again → the token of the former link is forgotten, that of the other side is not; renamed → neither", async () => {
    const one = await connect(world, account);
    const tokens = async () => String(await world.backend.command(["KEYS", "relay:token:*"]));
    const before = await tokens();
    storedOf(await world.context.instances.change(one.id, { edit: (now) => ({ ...now, name: "renamed" }) }));
    expect(await tokens()).toBe(before);
    storedOf(await world.context.instances.reconnect(one.id, "source", { refreshToken: account.link() }));
    expect(await tokens()).toBe("");
  });
});

describe("whoever may write to Redis", () => {
  it("puts the address of another endpoint beside the sealed key → it is not sent there, and nothing is delivered", async () => {
    const one = await connect(world, account);
    const row = await rowOf(one.id);
    const [records] = row.instance.destinations;
    const destinations = [{ ...records, url: "http://sandbox.test/facebook/v1/elsewhere" }];
    await overwrite(one.id, { ...row, version: row.version + 1, instance: { ...row.instance, destinations } });
    account.files.addFile("/a.jpg", "x");
    const asked = world.facebook.requests();
    await notify(world, account);
    expect(world.facebook.requests()).toBe(asked);
    expect(recorded(world)).toEqual([]);
  });

  it("moves a sealed secret to another instance, or to another side → it opens no more", async () => {
    const [one, other] = [await connect(world, account), await connect(world, account)];
    const [from, to] = [await rowOf(one.id), await rowOf(other.id)];
    const { instances } = world.context;
    await overwrite(other.id, { ...to, sealed: from.sealed });
    const swapped = { records: from.sealed.source, source: from.sealed.records };
    await overwrite(one.id, { ...from, sealed: swapped });
    for (const id of [one.id, other.id]) {
      const stored = await instances.get(id);
      if (stored === null) throw new Error("not stored");
      for (const side of ["source", "records"]) expect(await instances.secretsOf(stored, side)).toBeNull();
    }
  });

  it("names another account in the row → the refresh token opens no more", async () => {
    const one = await connect(world, account);
    const row = await rowOf(one.id);
    await overwrite(one.id, { ...row, instance: { ...row.instance, account: "dbid:another" } });
    const stored = await world.context.instances.get(one.id);
    if (stored === null) throw new Error("not stored");
    expect(await world.context.instances.secretsOf(stored, "source")).toBeNull();
  });
});

describe("changes", () => {
  it("twenty at the same time, each of its own tag → none is lost, and each counts", async () => {
    const one = await connect(world, account);
    const before = (await rowOf(one.id)).version;
    const tags = Array.from({ length: 20 }, (_, n) => `tag-${n}`);
    const results: string[] = [];
    const add = async (tag: string): Promise<void> => {
      const changed = await world.context.instances.change(one.id, {
        edit: (now) => ({ ...now, tags: [...now.tags, tag] }),
      });
      results.push(changed.kind);
      if (changed.kind === "stale") await add(tag); // gave up after some tries, and says so
    };
    await Promise.all(tags.map(add));
    const row = await rowOf(one.id);
    expect([...row.instance.tags].sort()).toEqual([...tags].sort());
    expect(row.version - before).toBe(20);
    expect(new Set(results)).not.toContain("invalid");
  });

  it("named version is not the newest → stale, nothing changed", async () => {
    const one = await connect(world, account);
    storedOf(await world.context.instances.change(one.id, { edit: (now) => ({ ...now, name: "first" }) }));
    const late = await world.context.instances.change(one.id, {
      version: 1,
      edit: (now) => ({ ...now, name: "late" }),
    });
    expect(late).toEqual({ kind: "stale" });
    expect((await rowOf(one.id)).instance.name).toBe("first");
  });

  it("another address by who may → sealed anew for it, and delivered there", async () => {
    const one = await connect(world, account);
    const token = secret();
    storedOf(
      await world.context.instances.change(one.id, {
        edit: (now) => ({
          ...now,
          destinations: [{ kind: "records", id: "records", url: "http://sandbox.test/facebook/v1/more", width: 1 }],
        }),
      }),
    );
    const kept = await world.context.instances.get(one.id);
    if (kept === null) throw new Error("not stored");
    expect(await world.context.instances.secretsOf(kept, "records")).toEqual({ token: world.env.FACEBOOK_API_KEY });
    const changed = storedOf(await world.context.instances.change(one.id, { secrets: { records: { token } } }));
    expect(await world.context.instances.secretsOf(changed, "records")).toEqual({ token });
    expect(await world.context.instances.secretsOf(changed, "source")).toEqual({ refreshToken: account.refreshToken });
  });

  it("another host, its secret not given again → the kept one does not go there", async () => {
    const one = await connect(world, account);
    const moved = storedOf(
      await world.context.instances.change(one.id, {
        edit: (now) => ({
          ...now,
          destinations: [{ kind: "records", id: "records", url: "https://elsewhere.example.com/records", width: 1 }],
        }),
      }),
    );
    expect(await world.context.instances.secretsOf(moved, "records")).toBeNull();
    expect((await rowOf(one.id)).sealed).not.toHaveProperty("records");
  });

  it.each([
    [{ folder: "no-slash" }, "folder"],
    [{ name: "" }, "name"],
    [{ account: "dbid: with space" }, "account"],
    [{ destinations: [{ kind: "records", id: "records", url: "ftp://somewhere" }] }, "destinations.0.url"],
    [{ destinations: [{ kind: "page", id: "page", pageId: "x" }] }, "destinations.0.pageId"],
    // The name of the Dropbox side: its secrets would be this destination's.
    [{ destinations: [{ kind: "environment", id: "source" }] }, "destinations.0.id"],
  ] as const)("made with %j → refused, naming %s, and no id is spent", async (changes, where) => {
    const made = await world.context.instances.create(aDraft(changes as never), {});
    expect(made).toMatchObject({ kind: "invalid", faults: [expect.stringContaining(`${where}:`)] });
    expect(await world.context.instances.count()).toBe(0);
  });

  it("without ENCRYPTION_KEY → refused in words, nothing stored but that somebody tried", async () => {
    await world.close();
    world = await createWorld({ env: { ENCRYPTION_KEY: "" } });
    const made = await world.context.instances.create(aDraft(), { source: { refreshToken: secret() } });
    expect(made).toMatchObject({ kind: "invalid", faults: [expect.stringContaining("ENCRYPTION_KEY")] });
    expect(await everything()).toMatch(/^relay:audit\n\{[^\n]*"ended":"invalid"\}$/);
  });
});

describe("another ENCRYPTION_KEY", () => {
  it("renamed under it → the secrets are kept as they are, and open again under the former key", async () => {
    const one = await connect(world, account);
    const redis = createRedis({ url: world.rest.url, token: world.env.UPSTASH_REDIS_REST_TOKEN });
    const others = createInstances({
      store: createInstanceStore(redis, () => undefined),
      vault: createVault(Buffer.alloc(32, 9)),
      endpointsOf: () => [],
      nameOf: () => null,
      queue: { enqueue: async () => undefined },
      now: world.now,
      randomId: secret,
      log: createLog("silent"),
    });
    const changed = storedOf(await others.change(one.id, { edit: (now) => ({ ...now, name: "renamed" }) }));
    expect(await others.secretsOf(changed, "source")).toBeNull();
    expect(await world.context.instances.secretsOf(changed, "source")).toEqual({ refreshToken: account.refreshToken });
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    expect(recorded(world)).toEqual(["a.jpg"]);
  });
});

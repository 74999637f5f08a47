/** Renewal by several processes at once: real token stores on one Redis, a token endpoint whose refresh tokens rotate. */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { type RestServer, startRedisRest } from "@/lib/local/redis/rest-server.ts";
import {
  createFixedCredential,
  createRenewableCredential,
  fingerprintOf,
  type RenewalDeps,
} from "@/lib/relay/credential.ts";
import { createRedis } from "@/lib/store/redis.ts";
import { createTokenStore, type TokenStore } from "@/lib/store/token-store.ts";
import { NOW, secret, turns } from "../support/builders.ts";

const MINUTE = 60_000;

let time: number;
let engine: ReturnType<typeof createEngine>;
let rest: RestServer;
let key: Uint8Array;
const redisToken = secret();

beforeEach(async () => {
  time = NOW;
  key = new Uint8Array(randomBytes(32));
  engine = createEngine({ now: () => time });
  rest = await startRedisRest({ backend: engine, token: redisToken });
});
afterEach(() => rest.close());

/** Each refresh token is good for one use, as RFC 6749 allows. */
function tokenEndpoint({
  lifeSeconds = 14_400,
  rotates = true,
}: {
  lifeSeconds?: number | null;
  rotates?: boolean;
} = {}) {
  let valid = "refresh-0";
  let issued = 0;
  return {
    first: valid,
    issued: () => issued,
    isDown: false,
    async refresh(given: string): ReturnType<RenewalDeps["refresh"]> {
      await turns(3);
      if (this.isDown) return { kind: "unavailable", message: "the token endpoint answered 503" };
      if (given !== valid) return { kind: "refused", message: "this refresh token is used up" };
      issued += 1;
      if (rotates) valid = `refresh-${issued}`;
      return {
        kind: "renewed",
        accessToken: `access-${issued}`,
        refreshToken: rotates ? valid : null,
        expiresInSeconds: lifeSeconds,
      };
    },
  };
}
type Endpoint = ReturnType<typeof tokenEndpoint>;

const aStore = () => createTokenStore(createRedis({ url: rest.url, token: redisToken }), key, "fingerprint");

/** A process of its own: it shares only Redis and the endpoint with the others. */
function aProcess(endpoint: Endpoint, initial: string | null = "initial", store: TokenStore = aStore()) {
  return createRenewableCredential("fingerprint", initial, {
    store,
    refreshToken: endpoint.first,
    refresh: (given) => endpoint.refresh(given),
    now: () => time,
    sleep: async (ms) => {
      time += ms;
      await turns(5);
    },
    randomId: secret,
  });
}

const token = (value: string) => ({ kind: "token", value });

describe("a token nothing can renew", () => {
  it("used → itself; refused → refused with what to do", async () => {
    const credential = createFixedCredential("fingerprint", "fixed", "set a new one");
    expect(await credential.current()).toEqual(token("fixed"));
    expect(await credential.renew("fixed")).toEqual({ kind: "refused", message: "set a new one" });
  });

  it("fingerprint → the same for the same secret, another for another, without the secret", () => {
    const value = secret();
    expect(fingerprintOf("facebook", value)).toBe(fingerprintOf("facebook", value));
    expect(fingerprintOf("facebook", value)).not.toBe(fingerprintOf("dropbox", value));
    expect(fingerprintOf("facebook", value)).not.toBe(fingerprintOf("facebook", secret()));
    expect(fingerprintOf("facebook", value)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("renewal", () => {
  it("initial token not refused → used, nothing renewed", async () => {
    const endpoint = tokenEndpoint();
    expect(await aProcess(endpoint).current()).toEqual(token("initial"));
    expect(endpoint.issued()).toBe(0);
  });

  it("no initial token + first use → renewed once, then used", async () => {
    const endpoint = tokenEndpoint();
    const credential = aProcess(endpoint, null);
    const all = await Promise.all([credential.current(), credential.current(), credential.current()]);
    expect(all).toEqual([token("access-1"), token("access-1"), token("access-1")]);
    expect(endpoint.issued()).toBe(1);
  });

  it("refused to twenty requests of one process at once → renewed once, all get the new token", async () => {
    const endpoint = tokenEndpoint();
    const store = aStore();
    let locks = 0;
    const lock: TokenStore["lock"] = (owner) => {
      locks += 1;
      return store.lock(owner);
    };
    const credential = aProcess(endpoint, "initial", { ...store, lock });
    const all = await Promise.all(Array.from({ length: 20 }, () => credential.renew("initial")));
    expect(all).toEqual(Array.from({ length: 20 }, () => token("access-1")));
    expect(await credential.renew("initial")).toEqual(token("access-1"));
    expect(endpoint.issued()).toBe(1);
    expect(locks).toBe(1);
  });

  it("refused to five processes at once → renewed once, all get the new token", async () => {
    const endpoint = tokenEndpoint();
    const processes = Array.from({ length: 5 }, () => aProcess(endpoint));
    const all = await Promise.all(processes.map((one) => one.renew("initial")));
    expect(all).toEqual(processes.map(() => token("access-1")));
    expect(endpoint.issued()).toBe(1);
  });

  it("another process renews just before we take the lock → its token is used, the used-up refresh token is not sent", async () => {
    const endpoint = tokenEndpoint();
    const other = aProcess(endpoint);
    const store = aStore();
    const lock = async (owner: string) => {
      await other.renew("initial");
      return store.lock(owner);
    };
    expect(await aProcess(endpoint, "initial", { ...store, lock }).renew("initial")).toEqual(token("access-1"));
    expect(endpoint.issued()).toBe(1);
  });

  it("refused again and again → renewed with the refresh token of the last answer", async () => {
    const endpoint = tokenEndpoint();
    const credential = aProcess(endpoint);
    for (const n of [1, 2, 3]) {
      expect(await credential.renew(n === 1 ? "initial" : `access-${n - 1}`)).toEqual(token(`access-${n}`));
    }
    const later = aProcess(endpoint);
    expect(await later.current()).toEqual(token("access-3"));
    expect(await later.renew("access-3")).toEqual(token("access-4"));
  });

  it("an endpoint that keeps its refresh token → the configured one is sent again", async () => {
    const endpoint = tokenEndpoint({ rotates: false });
    const credential = aProcess(endpoint);
    await credential.renew("initial");
    expect(await credential.renew("access-1")).toEqual(token("access-2"));
  });

  it("endpoint down → unavailable, its lock given back; up again → renewed", async () => {
    const endpoint = tokenEndpoint();
    endpoint.isDown = true;
    expect(await aProcess(endpoint).renew("initial")).toMatchObject({ kind: "unavailable" });
    endpoint.isDown = false;
    expect(await aProcess(endpoint).renew("initial")).toEqual(token("access-1"));
    expect(time).toBe(NOW);
  });

  it("refresh token revoked → refused with what the endpoint said", async () => {
    const endpoint = tokenEndpoint();
    await endpoint.refresh(endpoint.first);
    expect(await aProcess(endpoint).renew("initial")).toEqual({
      kind: "refused",
      message: "this refresh token is used up",
    });
  });
});

describe("a stored token", () => {
  it("renewed → a later process uses it and renews nothing", async () => {
    const endpoint = tokenEndpoint();
    await aProcess(endpoint).renew("initial");
    expect(await aProcess(endpoint).current()).toEqual(token("access-1"));
    expect(await aProcess(endpoint, null).current()).toEqual(token("access-1"));
    expect(endpoint.issued()).toBe(1);
  });

  it("handed out → it can be read from the store by then, so that a crash loses nothing", async () => {
    const endpoint = tokenEndpoint();
    const renewed = await aProcess(endpoint).renew("initial");
    expect(renewed).toEqual(token((await aStore().load())?.accessToken ?? "none"));
  });

  it("in Redis → sealed: neither token is readable there", async () => {
    await aProcess(tokenEndpoint()).renew("initial");
    const raw = String(await engine.command(["GET", "relay:token:fingerprint"]));
    expect(raw.length).toBeGreaterThan(50);
    for (const part of [raw, Buffer.from(raw, "base64").toString("latin1")])
      expect(part).not.toMatch(/access-|refresh-/);
  });

  it("sealed with another encryption key → as if none were stored: renewed with the configured refresh token", async () => {
    const endpoint = tokenEndpoint({ rotates: false });
    await aProcess(endpoint).renew("initial");
    key = new Uint8Array(randomBytes(32));
    expect(await aProcess(endpoint).renew("initial")).toEqual(token("access-2"));
  });

  it("Redis fails while it is stored → not handed out, not lost: stored and used at the next call, no second refresh", async () => {
    const endpoint = tokenEndpoint();
    const store = aStore();
    let fails = true;
    const save: TokenStore["save"] = async (one) => {
      if (fails) throw new Error("Redis is down");
      await store.save(one);
    };
    const credential = aProcess(endpoint, "initial", { ...store, save });
    await expect(credential.renew("initial")).rejects.toThrow("Redis is down");
    expect(await credential.current()).toEqual(token("initial"));
    fails = false;
    expect(await credential.renew("initial")).toEqual(token("access-1"));
    expect((await store.load())?.refreshToken).toBe("refresh-1");
    expect(endpoint.issued()).toBe(1);
  });
});

describe("the end of a token", () => {
  it("four hours to live → used until five minutes before its end, then renewed", async () => {
    const endpoint = tokenEndpoint({ lifeSeconds: 14_400 });
    const credential = aProcess(endpoint, null);
    await credential.current();
    time = NOW + 235 * MINUTE - 1;
    expect(await credential.current()).toEqual(token("access-1"));
    time += 1;
    expect(await credential.current()).toEqual(token("access-2"));
  });

  it("one minute to live → used for half of it, not renewed at each call", async () => {
    const endpoint = tokenEndpoint({ lifeSeconds: 60 });
    const credential = aProcess(endpoint, null);
    for (let n = 0; n < 5; n += 1) expect(await credential.current()).toEqual(token("access-1"));
    time += 29_999;
    expect(await credential.current()).toEqual(token("access-1"));
    time += 1;
    expect(await credential.current()).toEqual(token("access-2"));
  });

  it("no end named → used until it is refused", async () => {
    const endpoint = tokenEndpoint({ lifeSeconds: null });
    const credential = aProcess(endpoint, null);
    await credential.current();
    time += 365 * 24 * 60 * MINUTE;
    expect(await credential.current()).toEqual(token("access-1"));
  });
});

describe("a process that died while renewing", () => {
  it("its lock still there → the others wait until it runs out, then one renews", async () => {
    const endpoint = tokenEndpoint();
    await aStore().lock("a dead process");
    time += 5000;
    expect(await aProcess(endpoint).renew("initial")).toEqual(token("access-1"));
    expect(time).toBeLessThanOrEqual(NOW + 16_000);
  });

  it("a lock that is no longer ours → not taken from its new holder", async () => {
    const store = aStore();
    expect(await store.lock("one")).toBe(true);
    time += 16_000;
    expect(await store.lock("other")).toBe(true);
    await store.unlock("one");
    expect(await store.lock("third")).toBe(false);
  });
});

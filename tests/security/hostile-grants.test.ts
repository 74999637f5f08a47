/** Token endpoints are others' servers: whatever they grant ends in a usable token or "not now", and never bricks what is stored. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Credential } from "@/lib/core/credential.ts";
import { parseEnv } from "@/lib/env.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { type RestServer, startRedisRest } from "@/lib/local/redis/rest-server.ts";
import type { World } from "@/lib/relay/context.ts";
import { dropboxCredential, facebookCredential } from "@/lib/relay/credentials.ts";
import { createRedis } from "@/lib/store/redis.ts";
import { anEnvironment, secret } from "../support/builders.ts";

const engine = createEngine({ now: Date.now });
let rest: RestServer;
let env: ReturnType<typeof parseEnv>;
beforeAll(async () => {
  const raw = anEnvironment({
    DROPBOX_ACCESS_TOKEN: "",
    DROPBOX_REFRESH_TOKEN: secret(),
    DROPBOX_APP_KEY: secret(),
    FACEBOOK_REFRESH_URL: "https://grants.example.com/token",
    FACEBOOK_CLIENT_ID: secret(),
    FACEBOOK_CLIENT_SECRET: secret(),
    FACEBOOK_REFRESH_TOKEN: secret(),
  });
  rest = await startRedisRest({ backend: engine, token: raw.UPSTASH_REDIS_REST_TOKEN ?? "" });
  env = parseEnv({ ...raw, UPSTASH_REDIS_REST_URL: rest.url });
});
afterAll(() => rest.close());
beforeEach(async () => {
  await engine.command(["FLUSHALL"]);
});

let answer: () => Response;
let requests: { url: string; init: RequestInit | undefined }[] = [];
const world: World = {
  fetch: async (input, init) => {
    requests.push({ url: String(input), init });
    return answer();
  },
  now: () => Date.UTC(2026, 10, 20),
  random: () => 0.5,
  randomId: randomUUID,
  sleep: async () => undefined,
};
beforeEach(() => {
  requests = [];
});

const make = {
  dropbox: () => dropboxCredential(env, redis(), world),
  facebook: () => facebookCredential(env, redis(), world),
};
const redis = () => createRedis({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
const renew = async (credential: Credential) => {
  const now = await credential.current();
  return now.kind === "token" ? credential.renew(now.value) : now;
};
const granting =
  (body: unknown, status = 200) =>
  () =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), { status });

describe.each(Object.keys(make) as (keyof typeof make)[])("%s", (side) => {
  it.each(["1e308", "1e300", "9007199254740993", "315360001"])(
    "a life of %s seconds → a token, stored so that the next process can read it",
    async (life) => {
      const granted = secret();
      answer = granting(`{"access_token":"${granted}","expires_in":${life}}`);
      const wanted = { kind: "token", value: granted };
      expect(await renew(make[side]())).toEqual(wanted);
      answer = granting({}, 500);
      const next = make[side]();
      expect(await next.current()).toEqual(wanted);
      expect(await next.current()).toEqual(wanted);
    },
  );

  it.each([
    ["with a line break", "a\r\nx-evil: 1"],
    ["with a NUL", "a\u0000b"],
    ["with a space", "a b"],
    ["beyond ASCII", "tökén"],
    ["with a lone surrogate", "a\ud800"],
    ["longer than any header", "a".repeat(8193)],
    ["empty", ""],
  ])("a token %s → not now; nothing is stored, and a good grant after it works", async (_, granted) => {
    answer = granting({ access_token: granted, expires_in: 3600 });
    const credential = make[side]();
    expect((await renew(credential)).kind).toBe("unavailable");
    expect(Number(await engine.command(["DBSIZE"]))).toBe(0);
    const good = secret();
    answer = granting({ access_token: good, expires_in: 3600 });
    expect(await renew(credential)).toEqual({ kind: "token", value: good });
  });

  it.each([
    ["a page of HTML", "<html>log in</html>"],
    ["nothing", ""],
    ["another type of JSON", "[[]]"],
    ["a cut answer", '{"access_token":"a'],
    ["numbers for texts", '{"access_token":5,"expires_in":3600}'],
    ["no life at all, or none left", '{"access_token":"abcdefgh","expires_in":-1}'],
    ["a life that is no number", '{"access_token":"abcdefgh","expires_in":"soon"}'],
    ["a prototype", '{"__proto__":{"access_token":"abcdefgh","expires_in":3600}}'],
    ["a hundred thousand brackets", "[".repeat(60_000)],
    ["more than we take", `{"access_token":"abcdefgh","expires_in":3600,"x":"${"y".repeat(70_000)}"}`],
  ])("%s → not now, nothing stored", async (_, body) => {
    answer = granting(body);
    expect((await renew(make[side]())).kind).toBe("unavailable");
    expect(Number(await engine.command(["DBSIZE"]))).toBe(0);
  });

  it("a redirect → not followed: secrets travel in the body", async () => {
    answer = () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example.com/" } });
    expect((await renew(make[side]())).kind).toBe("unavailable");
    expect(requests.length).toBe(1);
    expect(requests[0]?.init?.redirect).toBe("manual");
    // Nor does the address hold any.
    expect(requests[0]?.url).not.toMatch(/[?&]/);
  });
});

describe("sealed tokens in Redis", () => {
  it("moved by whoever may write there, from Dropbox's place to the endpoint's → of no use there", async () => {
    const granted = secret();
    answer = granting({ access_token: granted, expires_in: 3600 });
    const [dropbox, facebook] = [make.dropbox(), make.facebook()];
    await renew(dropbox);
    const sealed = String(await engine.command(["GET", `relay:token:${dropbox.fingerprint}`]));
    expect(sealed.split(".")).toHaveLength(5);
    await engine.command(["SET", `relay:token:${facebook.fingerprint}`, sealed]);
    expect(await facebook.current()).toEqual({ kind: "token", value: env.FACEBOOK_API_KEY });
  });

  it("anything else in their place → as if none were stored", async () => {
    for (const junk of ["", "x", "a.b.c.d.e", "{}", "\u0000"]) {
      const facebook = make.facebook();
      await engine.command(["SET", `relay:token:${facebook.fingerprint}`, junk]);
      expect(await facebook.current(), junk).toEqual({ kind: "token", value: env.FACEBOOK_API_KEY });
    }
  });
});

/** What the compatible interface does with calls that are broken, too long, too many, or meant for something else. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CALLS_PER_MINUTE } from "@/lib/store/call-limit.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { createOf, type ElementsWorld, elementsWorld } from "../support/elements.ts";
import type { World } from "../support/world.ts";

let at: ElementsWorld;
let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
beforeEach(async () => {
  at = await elementsWorld();
  world = at.world;
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

const send = async (method: string, path: string, init: RequestInit = {}) => {
  const authorization = `User ${at.userSecret}, Organization ${at.orgSecret}`;
  const headers = { authorization, "content-type": "application/json", ...init.headers };
  const response = await at.fetch(
    new Request(`https://relay.test/elements/api-v2${path}`, { ...init, method, headers }),
  );
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};

describe("calls that do not fit", () => {
  it.each([
    ["no JSON", { body: "{" }, 400],
    ["JSON that is no object", { body: "[]" }, 400],
    ["bytes that are no text", { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
    ["nothing", {}, 400],
    ["a form", { body: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["more than 64 KiB", { body: JSON.stringify({ name: "a".repeat(64 * 1024) }) }, 413],
    ["a wish for HTML", { body: "{}", headers: { accept: "text/html" } }, 406],
    ["a name that is too long", { body: JSON.stringify({ configuration: {}, name: "a".repeat(201) }) }, 400],
    ["too many tags", { body: JSON.stringify({ configuration: {}, tags: Array(51).fill("a") }) }, 400],
    ["a value that is too long", { body: JSON.stringify({ configuration: { a: "b".repeat(10_001) } }) }, 400],
    ["a key that is too long", { body: JSON.stringify({ configuration: { ["a".repeat(201)]: "b" } }) }, 400],
    ["no such element", { body: JSON.stringify({ configuration: {}, element: { key: "box" } }) }, 400],
  ])("POST /instances with %s → refused in words, with an id", async (_name, init, status) => {
    const got = await send("POST", "/instances", init);
    expect([got.status, Object.keys(got.body)]).toEqual([status, ["requestId", "message"]]);
    expect(got.headers.get("elements-error")).toBe("true");
    expect(got.body.message.length).toBeLessThanOrEqual(2000);
  });

  it.each([
    ["/nowhere", 404],
    ["/instances/1/nowhere", 404],
    ["/instances/0", 404],
    ["/instances/01", 404],
    ["/instances/1e3", 404],
    ["/instances/-1", 404],
    ["/instances/9999999999999999", 404],
    ["/instances/999999999999999", 404],
    ["/instances/1%2F..%2F2", 404],
    ["/elements/__proto__", 404],
    ["/instances?pageSize=201", 400],
    ["/instances?pageSize=x", 400],
  ])("GET %s → %i", async (path, status) => {
    expect((await send("GET", path)).status).toBe(status);
  });

  it("names and queries that are too long → 404 and 400", async () => {
    expect((await send("GET", `/instances/1/events/${"a".repeat(400)}`)).status).toBe(404);
    expect((await send("GET", `/instances?searchText=${"a".repeat(5000)}`)).status).toBe(400);
  });

  it("a verb that is not possible → 405 with those that are", async () => {
    const got = await send("DELETE", "/elements/dropbox/oauth/url");
    expect([got.status, got.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect((await send("PATCH", "/elements/keys", { body: "{}" })).status).toBe(405);
  });

  it("names like those of objects themselves → kept as any other, and nothing else changes", async () => {
    const [owner] = world.accounts as [Dropbox];
    const { body } = await createOf(at, owner);
    const got = await send("PATCH", `/instances/${body.id}`, {
      body: '{"configuration":{"__proto__":"x","constructor":"y","toString":"z"}}',
    });
    expect(got.status).toBe(200);
    expect(got.body.configuration.constructor).toBe("y");
    expect((await send("GET", `/instances/${body.id}`)).status).toBe(200);
  });

  it("Redis gone → 500 that says nothing of it, and a log line that does", async () => {
    await world.rest.close();
    const got = await send("GET", "/instances");
    expect([got.status, got.body.message]).toEqual([500, "The relay failed: try again"]);
    expect(world.logged.join("")).toContain("elements.failed");
  });
});

describe("limits", () => {
  it("more calls of one credential than a minute has room for → 429 with Retry-After; others and the next minute go on", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: world.now() });
    const [owner] = world.accounts as [Dropbox];
    const { body } = await createOf(at, owner);
    // One has been made by then: that which created the instance.
    for (let n = 1; n < CALLS_PER_MINUTE; n += 1) expect((await send("GET", "/ping")).status).toBe(200);
    const got = await send("GET", "/ping");
    expect(got.status).toBe(429);
    expect(Number(got.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(got.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect((await at.client.asInstance(body.token, "GET", "/ping")).status).toBe(200);
    vi.setSystemTime(world.now() + 61_000);
    expect((await send("GET", "/ping")).status).toBe(200);
  });
});

describe("what is written", () => {
  it("answers and log lines → no secret, no token, no code", async () => {
    const [owner] = world.accounts as [Dropbox];
    const key = `${at.userSecret}-signature`;
    const { body } = await createOf(at, owner, {
      configuration: {
        "event.notification.signature.key": key,
        "event.notification.callback.headers": { Authorization: key },
      },
    });
    const answers = [];
    for (const path of ["/instances", "/instances/1", "/instances/1/configuration", "/instances/1/events"])
      answers.push(JSON.stringify((await send("GET", path)).body));
    const written = [...answers, ...world.logged].join("\n");
    for (const one of [at.userSecret, at.orgSecret, body.token, key, world.dropbox.appSecret, owner.refreshToken])
      expect(written).not.toContain(one);
    const rows = JSON.stringify(await world.backend.command(["HGETALL", "relay:instance:1"]));
    expect(rows).not.toContain(key);
  });
});

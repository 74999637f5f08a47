/** Every route there is, called by nobody in particular: no effect, no request to anybody, no word. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import config from "../../next.config.ts";
import { type Attacked, attackRoutes } from "../support/attacked.ts";
import { PUBLIC_URL, secret } from "../support/builders.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response> | Response;
/** Of the routes whose address holds an id. */
const context = { params: Promise.resolve({ id: "1" }) };
type Route = Record<string, Handler>;

/** From the folders, so that a new route is called too. */
const ROUTES = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((path) => /(^|\/)route\.tsx?$/.test(path))
  .map((path) => ({
    file: join("app", path),
    path: `/${path.replace(/\([^)]*\)\//, "").replace(/\/?route\.tsx?$/, "")}`,
  }));

const load = (file: string): Promise<Route> => import(/* @vite-ignore */ join(process.cwd(), file));

/**
 * Every answer without credentials that there may be: refusals, the way to the login (303), the login itself, the challenge,
 * which Dropbox asks unsigned, and whether the relay is well.
 */
const EXPECTED: Record<string, number> = {
  "GET /api/dropbox/webhook": 400,
  "POST /api/dropbox/webhook": 403,
  "GET /api/relay": 401,
  "POST /api/relay": 401,
  "POST /api/relay/failure": 401,
  "GET /api/why": 401,
  "GET /api/deliveries": 401,
  "POST /api/deliveries": 401,
  "POST /api/deliveries/[id]": 401,
  "GET /api/health": 200,
  "GET /api/setup": 401,
  "GET /live": 401,
  "GET /api/audit": 401,
  "GET /thumbnails": 401,
  "POST /files/act": 401,
  "POST /files/share": 401,
  "POST /files/bulk/plan": 401,
  "POST /files/bulk/act": 401,
  "GET /api/bulk": 401,
  "POST /api/bulk": 401,
  "POST /endpoint": 401,
  "POST /setup/notify": 401,
  "GET /login": 200,
  "POST /login": 403,
  "POST /logout": 403,
  "GET /instances/[id]/folders": 401,
  "POST /instances/[id]/save": 401,
  "POST /instances/[id]/act": 401,
  "POST /instances/[id]/look": 401,
  "GET /connect/dropbox": 303,
  "POST /connect/dropbox": 303,
  "GET /connect/dropbox/callback": 403,
  "GET /connect/facebook": 303,
  "POST /connect/facebook": 303,
  "POST /connect/facebook/page": 303,
  "GET /connect/facebook/callback": 403,
  "GET /elements/api-v2/[...path]": 401,
  "POST /elements/api-v2/[...path]": 405,
  "PUT /elements/api-v2/[...path]": 401,
  "PATCH /elements/api-v2/[...path]": 401,
  "DELETE /elements/api-v2/[...path]": 401,
  "GET /elements/api-v2/events/dropbox": 400,
  "POST /elements/api-v2/events/dropbox": 403,
  "GET /api/openapi.json": 200,
  "GET /docs/api": 200,
};
/** An address of each route; the routes behind the catch-all are tried one by one in elements-access.test.ts. */
const addressOf = (path: string): string => `${PUBLIC_URL}${path.replace("[...path]", "instances/1")}`;
/** Whoever asks this learns one word, of one read of Redis in ten seconds. */
const HEALTH = "GET /api/health";

/** Without these there are routes that answer as if they were not there. */
const SWITCHES = ["ADMIN_TOKEN", "ELEMENTS_USER_SECRET", "ELEMENTS_ORGANIZATION_SECRET"];

let relay: Attacked;
const handlers: { name: string; path: string; method: string; handle: Handler }[] = [];
beforeAll(async () => {
  for (const name of SWITCHES) process.env[name] = secret();
  relay = await attackRoutes();
  for (const { file, path } of ROUTES) {
    const route = await load(file);
    for (const method of METHODS) {
      const handle = route[method];
      if (handle !== undefined) handlers.push({ name: `${method} ${path}`, path, method, handle });
    }
  }
});
afterAll(async () => {
  for (const name of SWITCHES) delete process.env[name];
  await relay.close();
});

/** Calls all of them; nothing may be asked or stored. */
async function statuses(headers: Record<string, string>, body: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { name, path, method, handle } of handlers) {
    const before = relay.asked.length;
    const content = method === "GET" || method === "HEAD" ? {} : { body };
    const response = await handle(new Request(addressOf(path), { method, headers, ...content }), context);
    found[name] = response.status;
    const said = await response.text();
    if (method === "POST" && path.startsWith("/api/")) expect(said, name).toBe("");
    if (response.status === 303)
      expect([response.headers.get("location")?.slice(0, 7), said], name).toEqual(["/login?", ""]);
    if (name === HEALTH && response.status === 200) expect(said).toBe('{"ok":true}');
    else expect(relay.asked.length, name).toBe(before);
  }
  expect(relay.asked.length).toBeLessThanOrEqual(1);
  expect(Number(await relay.engine.command(["DBSIZE"]))).toBe(0);
  return found;
}

describe("without credentials", () => {
  it("every method of every route → refused, nothing asked of anybody", async () => {
    expect(await statuses({}, '{"job":"sweep"}')).toEqual(EXPECTED);
    expect(await statuses({}, "")).toEqual(EXPECTED);
  });

  it("credentials of other kinds, empty ones, and headers that some frameworks trust → refused all the same", async () => {
    const trusted = {
      host: "localhost",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "relay.example.com",
      "x-real-ip": "127.0.0.1",
      "x-vercel-cron": "1",
      "user-agent": "vercel-cron/1.0",
      "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy",
      "x-middleware-next": "1",
      "next-action": "0".repeat(40),
      "x-http-method-override": "GET",
      "upstash-region": "US-EAST-1",
      "upstash-forward-authorization": "Bearer x",
      "upstash-retried": "1",
      cookie: "__Secure-session=1",
    };
    expect(await statuses(trusted, '{"job":"sweep"}')).toEqual(EXPECTED);
    for (const value of [
      "",
      "Bearer",
      "Bearer ",
      "Bearer undefined",
      "Bearer null",
      `Bearer ${secret()}`,
      "Basic Og==",
    ]) {
      const headers = { authorization: value, "upstash-signature": value, "x-dropbox-signature": value };
      expect(await statuses(headers, '{"job":"sweep"}'), value).toEqual({
        ...EXPECTED,
        [HEALTH]: 401,
      });
    }
  });

  it("the credential of one route at all the others → refused there", async () => {
    const cron = { authorization: `Bearer ${relay.env.CRON_SECRET}` };
    for (const { name, path, method, handle } of handlers) {
      if (name === "GET /api/relay" || method === "GET") continue;
      const request = new Request(addressOf(path), { method, headers: cron, body: '{"job":"sweep"}' });
      const before = relay.asked.length;
      expect((await handle(request, context)).status, name).toBe(EXPECTED[name]);
      expect(relay.asked.length, name).toBe(before);
    }
  });
});

describe("the framework", () => {
  it("its image optimizer, which would call our routes and log the address it was given → off; its name is not told", () => {
    expect(config.images).toEqual({ unoptimized: true });
    expect(config.poweredByHeader).toBe(false);
  });
});

describe("without an environment", () => {
  it("every route that needs one → fails before it does anything; the challenge needs none, and the login says what is missing", async () => {
    const kept = { ...process.env };
    for (const name of [...Object.keys(relay.env), ...SWITCHES]) delete process.env[name];
    vi.resetModules();
    try {
      const before = relay.asked.length;
      for (const { file, path } of ROUTES) {
        const route = await load(file);
        for (const method of METHODS) {
          const handle = route[method];
          if (handle === undefined) continue;
          const content = method === "GET" ? {} : { body: "{}" };
          const answer = async () =>
            handle(new Request(`${addressOf(path)}?challenge=works`, { method, ...content }), context);
          const name = `${method} ${path}`;
          if (name === "GET /api/dropbox/webhook" || name === "GET /elements/api-v2/events/dropbox")
            expect(await (await answer()).text()).toBe("works");
          else if (name === "GET /login") expect((await answer()).status).toBe(503);
          else await expect(answer(), name).rejects.toThrow(/^The environment is not complete/);
        }
      }
      expect(relay.asked.length).toBe(before);
    } finally {
      Object.assign(process.env, kept);
      vi.resetModules();
    }
  });
});

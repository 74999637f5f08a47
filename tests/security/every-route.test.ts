/**
 * Every route there is, found on the disk, with every credential there is: only the one named for it opens it. A new route
 * is opened by none until it is named here. (The routes of the compatible interface: elements-access.test.ts.)
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { openBrowser } from "../support/browser.ts";
import { notificationFor, secret } from "../support/builders.ts";
import { createOf, type ElementsWorld, elementsWorld, toRecords } from "../support/elements.ts";
import { createWorld, type World } from "../support/world.ts";

const BASE = "https://relay.test";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Handler = (request: Request, at: { params: Promise<Record<string, string>> }) => Promise<Response> | Response;

/** What opens each; none are needed for those of `anyone`. */
const OPENED_BY: Record<string, "anyone" | "cookie" | "admin" | "cron" | "pair"> = {
  "GET /api/dropbox/webhook": "anyone", // echoes a challenge
  "GET /elements/api-v2/events/dropbox": "anyone",
  "GET /api/health": "anyone", // says ok and no more
  "GET /api/openapi.json": "anyone",
  "GET /docs/api": "anyone",
  "GET /login": "anyone",
  "POST /login": "anyone", // the door itself
  "POST /logout": "anyone", // ends the session of who sends it
  "GET /api/relay": "cron",
  "GET /api/why": "admin",
  "GET /api/setup": "admin",
  "GET /api/audit": "admin",
  "GET /api/deliveries": "admin",
  "POST /api/deliveries": "admin",
  "POST /api/deliveries/[id]": "admin",
  "GET /api/bulk": "admin",
  "POST /api/bulk": "admin",
  "GET /live": "cookie",
  "GET /thumbnails": "cookie",
  "POST /files/share": "cookie",
  "POST /files/act": "cookie",
  "POST /files/bulk/plan": "cookie",
  "POST /files/bulk/act": "cookie",
  "POST /endpoint": "cookie",
  "POST /setup/notify": "cookie",
  "GET /instances/[id]/folders": "cookie",
  "POST /instances/[id]/save": "cookie",
  "POST /instances/[id]/act": "cookie",
  "POST /instances/[id]/look": "cookie",
  "GET /connect/dropbox": "cookie",
  "POST /connect/dropbox": "cookie",
  "GET /connect/dropbox/callback": "cookie",
  "GET /connect/facebook": "cookie",
  "POST /connect/facebook": "cookie",
  "GET /connect/facebook/callback": "cookie",
  "POST /connect/facebook/page": "cookie",
};
/** Of their table of routes. */
const ELEMENTS = "/elements/api-v2/[...path]";

let at: ElementsWorld;
let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));

/** All files of this name below app/. */
const files = (name: string): string[] =>
  readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => `/${file}`.endsWith(`/${name}`))
    .map((file) => `app/${file}`);
const routes: { name: string; handler: Handler; method: string; path: string }[] = [];
const credentials: Record<string, Record<string, string>> = {};
let instance = "";

async function cookieOf(token: string): Promise<string> {
  const browser = openBrowser(BASE);
  await browser.logIn(token);
  return [...browser.jar].map(([name, { value }]) => `${name}=${value}`).join("; ");
}

beforeAll(async () => {
  const cronSecret = secret();
  at = await elementsWorld({ env: { CRON_SECRET: cronSecret, FACEBOOK_APP_ID: "1", FACEBOOK_APP_SECRET: secret() } });
  const other = await createWorld({ env: { ADMIN_TOKEN: at.adminToken, PUBLIC_BASE_URL: BASE } });
  world = other;
  const foreign = await cookieOf(at.adminToken);
  await other.close();
  world = at.world;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 12 * 3_600_000 - 120_000 });
  const expired = await cookieOf(at.adminToken);
  vi.useRealTimers();
  const cookie = await cookieOf(at.adminToken);
  const made = await createOf(at, world.accounts[0] as Dropbox, { configuration: toRecords(world) });
  instance = `${made.body.id}`;
  await world.runUntil(world.now());
  const authorization = (value: string) => ({ authorization: value });
  Object.assign(credentials, {
    none: {},
    cookie: { cookie },
    admin: authorization(`Bearer ${at.adminToken}`),
    cron: authorization(`Bearer ${cronSecret}`),
    pair: authorization(`User ${at.userSecret}, Organization ${at.orgSecret}`),
    "an Element token": authorization(`User ${at.userSecret}, Element ${made.body.token}`),
    "an expired cookie": { cookie: expired },
    "another deployment's cookie": { cookie: foreign },
    "half a cookie": { cookie: cookie.slice(0, -6) },
    "a wrong Bearer": authorization(`Bearer ${secret()}`),
    "an empty Bearer": authorization("Bearer "),
    "the Element token as Bearer": authorization(`Bearer ${made.body.token}`),
    "the user's secret as Bearer": authorization(`Bearer ${at.userSecret}`),
    "Dropbox's signature of nothing": { "x-dropbox-signature": "0".repeat(64) },
    "QStash's signature of nothing": { "upstash-signature": "a.b.c" },
  });
  for (const file of files("route.ts")) {
    const path = `/${file.replace(/\/?route\.ts$/, "").slice("app/".length)}`.replace(/\/\(\w+\)/g, "");
    const module = (await import(resolve(file))) as Record<string, Handler>;
    for (const method of METHODS) {
      const handler = module[method];
      if (handler !== undefined) routes.push({ name: `${method} ${path}`, handler, method, path });
    }
  }
});
afterAll(() => world.close());

/** As its own page or program would send it. */
const BODIES: Record<string, () => BodyInit> = {
  "POST /instances/[id]/act": () => new URLSearchParams({ act: "pause" }),
  "POST /files/act": () => new URLSearchParams({ id: "id:a", link: "", action: "replay" }),
  "POST /files/share": () => new URLSearchParams({ id: "id:a", link: "", days: "1" }),
  "POST /connect/dropbox": () => new URLSearchParams({ name: "n", folder: "", destination: "none" }),
  "POST /connect/facebook": () => new URLSearchParams({ instance }),
  "POST /connect/facebook/page": () => new URLSearchParams({ state: "s", page: "1" }),
  "POST /login": () => new URLSearchParams({ token: "wrong" }),
  "POST /api/deliveries": () => JSON.stringify({ action: "replay", filter: {}, preview: false }),
  "POST /api/deliveries/[id]": () => JSON.stringify({ action: "replay" }),
  "POST /api/relay": () => JSON.stringify({ job: "sweep" }),
  "POST /api/dropbox/webhook": () => notificationFor(world.dropbox.accountId),
  "POST /elements/api-v2/events/dropbox": () => notificationFor(world.dropbox.accountId),
};
const QUERIES: Record<string, string> = {
  "GET /api/why": "?path=/a.jpg",
  "GET /thumbnails": "?link=env&size=small&file=0160,id:a,a.jpg",
  "GET /api/deliveries": "?state=dead",
  "GET /api/dropbox/webhook": "?challenge=x",
  "GET /elements/api-v2/events/dropbox": "?challenge=x",
  "GET /connect/facebook": "?instance=1",
};

async function ask({ name, handler, method, path }: (typeof routes)[number], credential: Record<string, string>) {
  const body = method === "GET" ? null : (BODIES[name]?.() ?? "{}");
  const url = `${BASE}${path.replace("[id]", "id%3Aa")}${QUERIES[name] ?? ""}`;
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  const headers = { host: "relay.test", origin: BASE, ...type, ...credential };
  const init = { method, headers, ...(body === null ? {} : { body }) };
  return handler(new Request(url, init), { params: Promise.resolve({ id: "id%3Aa" }) });
}
const isRefused = (response: Response): boolean =>
  [401, 403].includes(response.status) ||
  (response.status === 303 && (response.headers.get("location") ?? "").startsWith("/login"));

/** All that there is, and all that was asked of others. */
async function everything(): Promise<string> {
  const keys = (await world.backend.command(["KEYS", "*"])) as Buffer[];
  const names = keys.map(String).filter((key) => key !== "relay:operator:tries");
  const rows = await Promise.all(
    names.sort().map(async (key) => {
      const type = String(await world.backend.command(["TYPE", key]));
      const read = { hash: ["HGETALL", key], zset: ["ZRANGE", key, "0", "-1", "WITHSCORES"] }[type] ?? ["GET", key];
      return [key, String(await world.backend.command(read))];
    }),
  );
  const asked = [world.dropbox, ...world.accounts].map((one) => one.requests());
  return JSON.stringify([rows, asked, world.facebook.requests(), world.messages.length]);
}

describe("every route on the disk", () => {
  it("each with each other credential → refused, with nothing read of others, stored or begun", async () => {
    const before = await everything();
    let tried = 0;
    for (const route of routes) {
      const opens = OPENED_BY[route.name];
      if (route.path === ELEMENTS || opens === "anyone") continue;
      for (const [name, credential] of Object.entries(credentials)) {
        if (name === opens) continue;
        const response = await ask(route, credential);
        tried += 1;
        expect(isRefused(response), `${route.name} with ${name}: ${response.status}`).toBe(true);
        expect(await response.text(), `${route.name} with ${name}`).not.toContain("customer-42");
      }
      expect(await everything(), route.name).toBe(before);
    }
    expect(tried).toBeGreaterThan(300);
  });

  it("each with its own → not refused, so that it was the credential that the others lacked", async () => {
    for (const route of routes) {
      const opens = OPENED_BY[route.name];
      if (opens === undefined || opens === "anyone") continue;
      const response = await ask(route, credentials[opens] ?? {});
      expect(isRefused(response), `${route.name}: ${response.status}`).toBe(false);
    }
  });

  it("those for anyone → say the same whatever is sent along", async () => {
    for (const route of routes.filter(({ name }) => OPENED_BY[name] === "anyone" && name !== "GET /api/health")) {
      const plain = await ask(route, {});
      const given = await ask(route, credentials.admin ?? {});
      expect([given.status, await given.text()], route.name).toEqual([plain.status, await plain.text()]);
    }
  });

  it("every page but those that prove themselves by their address → asks who it is before anything else", () => {
    const pages = files("page.tsx").filter((page) => page !== "app/shared/[token]/page.tsx");
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(readFileSync(page, "utf8"), page).toMatch(/await operatorOnly\(/);
  });
});

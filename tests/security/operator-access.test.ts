/** The routes of people: without ADMIN_TOKEN's bearer nothing is read, done or said. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Attacked, attackRoutes } from "../support/attacked.ts";
import { PUBLIC_URL, secret } from "../support/builders.ts";

const ADMIN_TOKEN = secret();
type Handler = (request: Request) => Promise<Response>;
let relay: Attacked;
let routes: [name: string, handler: Handler, method: "GET" | "POST", path: string][];

beforeAll(async () => {
  process.env.ADMIN_TOKEN = ADMIN_TOKEN;
  relay = await attackRoutes();
  const why = await import("@/app/api/why/route.ts");
  const deliveries = await import("@/app/api/deliveries/route.ts");
  const one = await import("@/app/api/deliveries/[id]/route.ts");
  const health = await import("@/app/api/health/route.ts");
  routes = [
    ["why", why.GET, "GET", "why?path=/a.jpg"],
    ["list", deliveries.GET, "GET", "deliveries?state=dead"],
    ["replay", deliveries.POST, "POST", "deliveries"],
    ["act", (request) => one.POST(request, { params: Promise.resolve({ id: "id%3Aa" }) }), "POST", "deliveries/id%3Aa"],
    ["health", health.GET, "GET", "health"],
  ];
});
afterAll(async () => {
  delete process.env.ADMIN_TOKEN;
  await relay.close();
});

const ask = (handler: Handler, method: string, path: string, authorization: string | null, body?: BodyInit) =>
  handler(
    new Request(`${PUBLIC_URL}/api/${path}`, {
      method,
      headers: authorization === null ? {} : { authorization },
      ...(method === "POST" ? { body: body ?? '{"action":"replay","filter":{},"preview":false}' } : {}),
    }),
  );

describe("access", () => {
  it("another token, half of it, another scheme, a header alone → 401, nothing asked of anybody, nothing said", async () => {
    const wrong = [
      `Bearer ${secret()}`,
      `Bearer ${ADMIN_TOKEN.slice(0, -1)}`,
      `Bearer ${ADMIN_TOKEN}x`,
      `bearer ${ADMIN_TOKEN}`,
      `Basic ${ADMIN_TOKEN}`,
      ADMIN_TOKEN,
      "Bearer ",
      "Bearer null",
    ];
    for (const [name, handler, method, path] of routes)
      for (const header of wrong)
        expect(await relay.refusal(ask(handler, method, path, header)), `${name} ${header}`).toBe(401);
  });

  it("no header → 401 everywhere but for the health, which says ok and no more", async () => {
    for (const [name, handler, method, path] of routes.slice(0, -1))
      expect(await relay.refusal(ask(handler, method, path, null)), name).toBe(401);
    const [, health, method, path] = routes[4] ?? routes[0] ?? [];
    if (health === undefined || method === undefined || path === undefined) throw new Error("no route");
    for (let n = 0; n < 20; n += 1) {
      const before = relay.asked.length;
      const answer = await ask(health, method, path, null);
      expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
      // Many share one look at the store.
      expect(relay.asked.length - before).toBe(n === 0 ? 1 : 0);
    }
  });

  it("the token → an answer that no cache keeps, and no secret of the environment in it", async () => {
    const secrets = Object.entries(relay.env).filter(([name]) => /SECRET|TOKEN|KEY/.test(name));
    for (const [name, handler, method, path] of routes) {
      const body = name === "act" ? '{"action":"replay"}' : undefined;
      const answer = await ask(handler, method, path, `Bearer ${ADMIN_TOKEN}`, body);
      expect([200, 409], name).toContain(answer.status);
      expect(answer.headers.get("cache-control"), name).toBe("no-store");
      const text = await answer.text();
      for (const [secretName, value] of [...secrets, ["ADMIN_TOKEN", ADMIN_TOKEN] as const])
        expect(text, secretName).not.toContain(value);
    }
  });

  it("bodies that are none, too long, or ask for more than there is → 400, and the store is not asked", async () => {
    const bodies = [
      "",
      "{",
      "[]",
      '{"action":"delete"}',
      '{"action":"replay"}x',
      '{"action":"isThere","post":7}',
      '{"action":"post","also":1}',
      JSON.stringify({ action: "replay", filter: { path: "x".repeat(401) } }),
      " ".repeat(9_000),
    ];
    for (const [name, handler, method, path] of routes.slice(2, 4))
      for (const body of bodies) {
        const before = relay.asked.length;
        const answer = await ask(handler, method, path, `Bearer ${ADMIN_TOKEN}`, body);
        expect(answer.status, `${name} ${body.slice(0, 40)}`).toBe(400);
        expect(relay.asked.length).toBe(before);
      }
  });

  it("ids and paths of any letters → not known, and nothing breaks", async () => {
    const [, why] = routes[0] ?? [];
    if (why === undefined) throw new Error("no route");
    for (const path of ["id:", "/\u0000", "/%", "../..", "/İ/ß.jpg", "*", "__proto__", "id:__proto__"]) {
      const asked = `why?${new URLSearchParams({ path })}`;
      const answer = await ask(why, "GET", asked, `Bearer ${ADMIN_TOKEN}`);
      expect([answer.status, (await answer.json()).story.state], path).toEqual([200, "notSeen"]);
    }
  });
});

describe("without ADMIN_TOKEN", () => {
  it("no bearer opens anything, an empty one included → 503 that says what to set", async () => {
    const { refusal } = await import("@/lib/relay/operator-access.ts");
    for (const header of ["Bearer ", "Bearer null", "Bearer undefined", ""]) {
      const answer = refusal(null, { headers: new Headers({ authorization: header }) });
      expect([answer?.status, await answer?.text()]).toEqual([503, '{"message":"set ADMIN_TOKEN to ask and act"}']);
    }
  });
});

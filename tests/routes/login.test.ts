/** The operator's login, by its routes. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const token = secret();
const BASE = "https://relay.test";
beforeEach(async () => {
  world = await createWorld({ env: { ADMIN_TOKEN: token, PUBLIC_BASE_URL: BASE } });
});
afterEach(() => world.close());

describe("login", () => {
  it("the token → a session that opens the pages; logged out → none", async () => {
    const browser = openBrowser(BASE);
    expect(await browser.get("/instances")).toMatchObject({ status: 307, location: "/login?next=%2Finstances" });
    expect((await browser.get("/login?next=%2Finstances")).text).toContain('value="/instances"');
    expect(await browser.logIn(token)).toMatchObject({ status: 303, location: "/instances" });
    expect((await browser.get("/instances")).status).toBe(200);
    expect((await browser.post("/logout", {})).status).toBe(303);
    expect((await browser.get("/instances")).status).toBe(307);
  });

  it("its cookie → for this host only, over TLS only, out of reach of scripts and of other sites' posts, and sealed", async () => {
    const answer = await openBrowser(BASE).logIn(token);
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-relay-operator=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect(cookie).not.toContain(token);
  });

  it.each(["", "wrong", `${token}x`, token.slice(1), token.toUpperCase()])("%j → 401 and no cookie", async (given) => {
    const answer = await openBrowser(BASE).logIn(given);
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.text).not.toContain(token);
  });

  it("ten wrong tries in a minute → more are told to wait; the right token is in all the same, and costs no more than its entry in the audit", async () => {
    const browser = openBrowser(BASE);
    for (let n = 0; n < 10; n += 1) expect((await browser.logIn("wrong")).status).toBe(401);
    const held = await browser.logIn(token.slice(1));
    expect(held.status).toBe(429);
    expect(Number(held.headers.get("retry-after"))).toBeGreaterThan(0);
    const asked = world.rest.requests();
    expect((await openBrowser(BASE).logIn(token)).status).toBe(303);
    expect(world.rest.requests()).toBe(asked + 1);
    expect((await browser.logIn("wrong")).status).toBe(429);
    world.advance(60_001);
    expect((await browser.logIn("wrong")).status).toBe(401);
  });

  it("a count that has no end, as when it ended between two commands → it ends a minute later all the same", async () => {
    await world.backend.command(["SET", "relay:operator:tries", "10"]);
    const browser = openBrowser(BASE);
    expect((await browser.logIn("wrong")).status).toBe(429);
    world.advance(60_001);
    expect((await browser.logIn("wrong")).status).toBe(401);
  });

  it("a form that another site sends in the operator's name → 403, not even counted", async () => {
    const browser = openBrowser(BASE);
    for (const origin of ["https://evil.test", "null", `${BASE}.evil.test`, ""]) {
      expect((await browser.post("/login", { token }, { origin })).status, origin).toBe(403);
      expect((await browser.post("/logout", {}, { origin })).status, origin).toBe(403);
    }
    expect(await world.backend.command(["EXISTS", "relay:operator:tries"])).toBe(0);
  });

  it("a form of a page of the same name without TLS → another site's; of this machine → ours", () => {
    const isOwn = (origin: string, host: string) =>
      world.context.operator.isOwnForm({ headers: new Headers({ origin, host }) });
    expect(isOwn("http://relay.test", "relay.test")).toBe(false);
    expect(isOwn("https://other.test", "other.test")).toBe(true);
    expect(isOwn("http://localhost:3000", "localhost:3000")).toBe(true);
    expect(isOwn("http://[::1]:3000", "[::1]:3000")).toBe(true);
  });

  it.each(["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "instances", "/a\r\nb: c"])(
    "next is %j → back to our own page instead",
    async (next) => {
      expect((await openBrowser(BASE).post("/login", { token, next })).location).toBe("/");
    },
  );

  it("a cookie that was altered, is empty, or of another ADMIN_TOKEN or ENCRYPTION_KEY → logged out", async () => {
    const browser = openBrowser(BASE);
    await browser.logIn(token);
    const [[name, { value }] = ["", { value: "" }]] = [...browser.jar];
    for (const altered of [`${value.slice(0, -2)}xx`, "", "Fe26.2**", value.slice(0, 40)]) {
      browser.jar.set(name, { value: altered, path: "/" });
      expect((await browser.get("/instances")).status, altered).toBe(307);
    }
    for (const changed of [
      { ADMIN_TOKEN: secret() },
      { ADMIN_TOKEN: token, ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64") },
    ]) {
      const other = await createWorld({ env: { PUBLIC_BASE_URL: BASE, ...changed } });
      const request = new Request(BASE, { headers: { cookie: `${name}=${value}` } });
      expect(await other.context.operator.isLoggedIn(request)).toBe(false);
      await other.close();
    }
  });

  it("another host of the site sets a cookie of the same name before it → still logged in", async () => {
    const browser = openBrowser(BASE);
    await browser.logIn(token);
    const [[name, { value }] = ["", { value: "" }]] = [...browser.jar];
    const asks = (cookie: string) => world.context.operator.isLoggedIn(new Request(BASE, { headers: { cookie } }));
    expect(await asks(`${name}=theirs; ${name}=${value}`)).toBe(true);
    expect(await asks(`${name}=theirs; ${name}=too`)).toBe(false);
  });

  it("no ADMIN_TOKEN → nobody is let in, with whatever", async () => {
    await world.close();
    world = await createWorld({ env: { PUBLIC_BASE_URL: BASE } });
    const browser = openBrowser(BASE);
    for (const given of ["", "undefined", "null"]) expect((await browser.logIn(given)).status).toBe(403);
    expect((await browser.get("/instances")).status).toBe(307);
    expect(world.context.operator.isBearer(new Request(BASE, { headers: { authorization: "Bearer " } }))).toBe(false);
  });

  it("a program's bearer → the token alone", () => {
    const asks = (authorization: string) =>
      world.context.operator.isBearer(new Request(BASE, { headers: { authorization } }));
    expect(asks(`Bearer ${token}`)).toBe(true);
    for (const given of [token, `bearer ${token}`, `Bearer ${token} `, "Bearer wrong"]
      .slice(0, 2)
      .concat("Bearer wrong"))
      expect(asks(given), given).toBe(false);
  });

  it("a form longer than any of ours → 413", async () => {
    expect((await openBrowser(BASE).logIn("x".repeat(20_000))).status).toBe(413);
  });

  it("each page → runs no script, is framed by nobody, kept by no cache", async () => {
    const browser = openBrowser(BASE);
    await browser.logIn(token);
    for (const path of ["/login", "/connect/facebook", "/connect/dropbox"]) {
      const { headers } = await browser.get(path);
      expect(headers.get("content-security-policy"), path).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
      expect(headers.get("cache-control"), path).toBe("no-store");
    }
  });
});

/** Choosing a Facebook Page for an instance, by the routes and through the emulated login. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Instance } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { type Answer, type Browser, openBrowser } from "../support/browser.ts";
import { secret } from "../support/builders.ts";
import { connect, notify } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const token = secret();
const appSecret = secret();
const BASE = "https://relay.test";
const PORTFOLIOS = [
  {
    id: "700",
    name: "Harbour Works",
    pages: [
      { id: "701", name: "Dock Nine", token: `EAA${secret()}` },
      { id: "702", name: "Kept <back>", token: null },
    ],
  },
  { id: "800", name: "Second Hand", pages: [{ id: "801", name: "Books", token: `EAA${secret()}` }] },
];
let browser: Browser;
let account: Dropbox;
let id: string;
beforeEach(async () => {
  world = await createWorld({
    accounts: 1,
    page: { appSecret, portfolios: PORTFOLIOS },
    env: {
      ADMIN_TOKEN: token,
      PUBLIC_BASE_URL: BASE,
      FACEBOOK_APP_SECRET: appSecret,
      FACEBOOK_APP_ID: "551144097261",
      FACEBOOK_DIALOG_URL: "http://sandbox.test/facebook/graph",
    },
  });
  [account] = world.accounts as [Dropbox];
  browser = openBrowser(BASE);
  await browser.logIn(token);
  ({ id } = await connect(world, account, { destinations: [] }));
});
afterEach(() => world.close());

async function logIn(answer: "allow" | "deny" = "allow", more: Record<string, string> = {}): Promise<string> {
  const asked = await browser.post("/connect/facebook", { instance: id, ...more });
  const request = new Request(asked.location, { method: "POST", body: new URLSearchParams({ answer }) });
  return (await world.graph.handle(request)).headers.get("location") ?? "";
}
const stateOf = ({ text }: Answer) => /name="state" value="([^"]+)"/.exec(text)?.[1] ?? "";
const pick = async (page: string, more: Record<string, string> = {}) => {
  const shown = await browser.get(await logIn("allow", more));
  return browser.post("/connect/facebook/page", { state: stateOf(shown), page });
};
const stored = async () => (await world.context.instances.get(id))?.instance;

describe("choosing", () => {
  it("logged in, picked → later files are posts of that Page, by a token that lasts", async () => {
    const page = await browser.get(`/connect/facebook?instance=${id}`);
    for (const scope of ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "business_management"])
      expect(page.text).toContain(scope);
    expect(await pick(world.graph.page.id)).toMatchObject({ status: 303, location: `/instances/${id}?did=page` });
    expect((await stored())?.destinations).toMatchObject([
      { kind: "page", pageId: world.graph.page.id, pageName: "Harbour Street Community" },
    ]);
    expect(world.graph.login.lasting()).toBe(1);
    await world.settle();
    world.advance(60_000);
    account.files.addFile("/a.png", pictureOf(1, 12, 9));
    await notify(world, account);
    await world.settle();
    expect(world.graph.posts()).toHaveLength(1);
    expect(world.graph.tokensInUrl()).toBe(0);
  });

  it("the person's Pages and those of two portfolios, in lists of several parts → all shown, each once, as text", async () => {
    const { text } = await browser.get(await logIn());
    const shown = [...text.matchAll(/<option value="(\d+)">([^<]*)</g)].map(([, page, name]) => `${page} ${name}`);
    expect(shown).toEqual([
      `${world.graph.page.id} Harbour Street Community`,
      "701 Dock Nine (Harbour Works)",
      "702 Kept &#60;back&#62; (Harbour Works)",
      "801 Books (Second Hand)",
    ]);
  });

  it("a Page of a portfolio → connected with its own token, sealed", async () => {
    expect((await pick("701")).status).toBe(303);
    expect((await stored())?.destinations).toMatchObject([{ kind: "page", pageId: "701", pageName: "Dock Nine" }]);
    const row = String(await world.backend.command(["HGET", `relay:instance:${id}`, "row"]));
    expect(`${row}${world.logged.join("\n")}`).not.toContain(PORTFOLIOS[0]?.pages[0]?.token);
  });

  it("one more Page, and another in place of the first → each in its own place, the other's choices untouched", async () => {
    await pick(world.graph.page.id);
    expect((await pick("701", { destination: "new" })).status).toBe(303);
    const edit = (one: Instance): Instance => ({
      ...one,
      destinations: one.destinations.map((to) =>
        to.kind === "page" ? { ...to, settings: { ...to.settings, onDelete: "hide" as const } } : to,
      ),
    });
    await world.context.instances.change(id, { edit });
    await pick("801", { destination: "page" });
    expect((await stored())?.destinations).toMatchObject([
      { id: "page", pageId: "801", settings: { onDelete: "hide" } },
      { id: "page2", pageId: "701", settings: { onDelete: "hide" } },
    ]);
    expect((await browser.get(`/connect/facebook?instance=${id}&destination=../x`)).text).toContain('value="page"');
    expect((await browser.post("/connect/facebook", { instance: id, destination: "../x" })).status).toBe(400);
  });

  it("asked for in the form → what was typed is saved first, and the form is come back to", async () => {
    const page = await browser.get(`/instances/${id}`);
    expect(page.text).toContain('value="page:new"');
    expect(page.text).not.toContain('name="page/relay.page.token"');
    const version = /name="version" value="(\d+)"/.exec(page.text)?.[1] ?? "";
    const saved = await browser.post(`/instances/${id}/save`, { version, name: "Typed before", intent: "page:new" });
    expect(saved.location).toBe(`/connect/facebook?instance=${id}&destination=new`);
    expect((await stored())?.name).toBe("Typed before");
    expect((await browser.get(saved.location)).text).toContain("Typed before");
    const back = await pick(world.graph.page.id, { destination: "new" });
    expect((await browser.get(back.location)).text).toMatch(
      /The Page is chosen.*Facebook Page: Harbour Street Community/s,
    );
  });

  it("a Page Facebook gives no token for → refused in words, and nothing is changed", async () => {
    const answer = await pick("702");
    expect(answer.text).toContain("content task");
    expect((await stored())?.destinations).toEqual([]);
  });

  it("its token is refused later → unauthorized, what waits is kept; chosen again → released", async () => {
    await pick(world.graph.page.id);
    await world.settle();
    world.advance(60_000);
    world.graph.tokens.end("page");
    account.files.addFile("/a.png", pictureOf(1, 12, 9));
    await notify(world, account);
    expect(await stored()).toMatchObject({ status: "unauthorized", trouble: { side: "page" } });
    expect(world.graph.posts()).toHaveLength(0);
    expect((await pick(world.graph.page.id)).status).toBe(303);
    expect((await stored())?.status).toBe("active");
    await world.settle();
    expect(world.graph.posts()).toHaveLength(1);
  });
});

describe("refused", () => {
  it("the person says no → said in words, no token asked for", async () => {
    expect((await browser.get(await logIn("deny"))).text).toContain("You said no at Facebook");
    expect(world.graph.login.lasting()).toBe(0);
  });

  it("the answer altered, repeated, or in another browser → refused before anything is asked", async () => {
    const back = new URL(await logIn());
    const another = openBrowser(BASE);
    expect((await another.get(back.href)).status).toBe(403);
    await another.logIn(token);
    expect((await another.get(back.href)).status).toBe(400);
    expect(world.graph.login.lasting()).toBe(0);
    expect((await browser.get(back.href)).status).toBe(200);
    expect((await browser.get(back.href)).status).toBe(400);
    const altered = new URL(await logIn());
    altered.searchParams.set("state", "x");
    expect((await browser.get(altered.href)).status).toBe(400);
  });

  it("a Page picked without a login, with another state, or from another site → refused", async () => {
    expect((await browser.post("/connect/facebook/page", { state: "", page: "701" })).status).toBe(400);
    const shown = await browser.get(await logIn());
    expect((await browser.post("/connect/facebook/page", { state: "x", page: "701" })).status).toBe(400);
    const again = await browser.get(await logIn());
    const forged = { origin: "https://evil.test" };
    expect((await browser.post("/connect/facebook/page", { state: stateOf(again), page: "701" }, forged)).status).toBe(
      400,
    );
    expect(stateOf(shown)).not.toBe(stateOf(again));
    expect((await stored())?.destinations).toEqual([]);
  });

  it.each(["me", "701/feed", "../701", "", "1".repeat(40)])("page %j → refused, not asked for", async (page) => {
    const shown = await browser.get(await logIn());
    const asked = world.graph.requests();
    expect((await browser.post("/connect/facebook/page", { state: stateOf(shown), page })).status).toBe(400);
    expect(world.graph.requests()).toBe(asked);
  });

  it("Facebook is down, or the code was used → said so, start again", async () => {
    world.graph.fail({ route: "GET /oauth/access_token", status: 500, count: 1 });
    expect((await browser.get(await logIn())).text).toContain("did not take the login");
  });

  it("no FACEBOOK_APP_ID → says what to set", async () => {
    await world.close();
    world = await createWorld({ env: { ADMIN_TOKEN: token, PUBLIC_BASE_URL: BASE } });
    const own = openBrowser(BASE);
    await own.logIn(token);
    expect((await own.get("/connect/facebook?instance=1")).text).toContain("FACEBOOK_APP_ID");
  });

  it("the person's token → only in a sealed cookie, for these pages, gone at the end", async () => {
    const shown = await browser.get(await logIn());
    const [cookie = ""] = shown.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Secure-relay-connect-facebook=Fe26\.2[^;]+; Max-Age=600; Path=\/connect\/facebook; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(cookie.length).toBeLessThan(4096);
    await browser.post("/connect/facebook/page", { state: stateOf(shown), page: "701" });
    expect([...browser.jar.keys()]).toEqual(["__Secure-relay-operator"]);
  });
});

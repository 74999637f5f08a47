/** Connecting a Dropbox account, by the routes and through the emulated consent page. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { type Browser, openBrowser } from "../support/browser.ts";
import { secret } from "../support/builders.ts";
import { notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const token = secret();
const BASE = "https://relay.test";
let browser: Browser;
let account: Dropbox;
let other: Dropbox;
beforeEach(async () => {
  world = await createWorld({
    accounts: 2,
    env: {
      ADMIN_TOKEN: token,
      PUBLIC_BASE_URL: BASE,
      DROPBOX_AUTHORIZE_URL: "http://sandbox.test/dropbox/oauth2/authorize",
    },
  });
  [account, other] = world.accounts as [Dropbox, Dropbox];
  browser = openBrowser(BASE);
  await browser.logIn(token);
});
afterEach(() => world.close());

/** A new account; nothing is to be said of it yet. */
const FORM = {};

/** What the owner of an account says on Dropbox's page; answers the address the browser is sent back to. */
async function consent(url: string, answer: "allow" | "deny", who: Dropbox = account): Promise<string> {
  const page = await who.handle(new Request(url));
  expect(page.status).toBe(200);
  const response = await who.handle(new Request(url, { method: "POST", body: new URLSearchParams({ answer }) }));
  return response.headers.get("location") ?? "";
}
const all = () => world.context.instances.page("0", 10);

/** What the page of a connected account asks for, filled in and started. */
const start = (id: string, changes: Record<string, string> = {}) =>
  browser.post(`/instances/${id}/save`, {
    ...{ intent: "start", version: "1", name: "Harbour", "relay.folder": "/photos", "relay.environment": "on" },
    ...changes,
  });

describe("connecting", () => {
  it("asked, allowed → an instance whose new files are delivered, with lasting access", async () => {
    account.files.addFile("/photos/old.jpg", "x");
    const page = await browser.get("/connect/dropbox");
    for (const scope of ["account_info.read", "files.metadata.read", "files.content.read"])
      expect(page.text).toContain(scope);
    const asked = await browser.post("/connect/dropbox", FORM);
    expect(asked.status).toBe(303);
    world.advance(10_000);
    expect(await browser.get(await consent(asked.location, "allow"))).toMatchObject({
      status: 303,
      location: "/instances/1?did=connected",
    });
    const [made] = await all();
    expect(made?.instance).toMatchObject({
      name: "owner@example.com",
      account: account.accountId,
      accountLabel: "owner@example.com",
      status: "paused",
      isSetUp: false,
    });
    expect((await browser.get("/instances")).text).toContain("Not set up yet");
    expect((await start("1")).location).toBe("/instances/1?did=started");
    await world.settle();
    expect((await all())[0]?.instance).toMatchObject({
      name: "Harbour",
      folder: "/photos",
      status: "active",
      isSetUp: true,
    });
    expect((await browser.get("/instances")).text).toContain("Harbour");
    world.advance(5 * 3_600_000); // the first access token is over by then
    account.files.addFile("/photos/new.jpg", "x");
    await notify(world, account);
    expect(recorded(world)).toEqual(["new.jpg"]);
  });

  it("what goes to Dropbox's page → challenge and state, no verifier and no secret; the cookie → sealed, for here only", async () => {
    const asked = await browser.post("/connect/dropbox", FORM);
    const { searchParams } = new URL(asked.location);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: "code",
      redirect_uri: `${BASE}/connect/dropbox/callback`,
      token_access_type: "offline",
      code_challenge_method: "S256",
      scope: "account_info.read files.metadata.read files.content.read",
    });
    expect(asked.location).not.toContain(account.appSecret);
    expect(searchParams.get("state")?.length).toBeGreaterThan(40);
    const [cookie = ""] = asked.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Secure-relay-connect-dropbox=[^;]+; Max-Age=600; Path=\/connect\/dropbox; HttpOnly; SameSite=Lax; Secure$/,
    );
    const seen = world.logged.join("\n");
    for (const hidden of [searchParams.get("state") ?? "", searchParams.get("code_challenge") ?? ""])
      expect(seen).not.toContain(hidden);
    const again = new URL((await browser.post("/connect/dropbox", FORM)).location).searchParams;
    expect(again.get("state")).not.toBe(searchParams.get("state"));
    expect(again.get("code_challenge")).not.toBe(searchParams.get("code_challenge"));
  });

  it("neither log nor Redis → holds the code, the verifier or a token in the clear", async () => {
    const asked = await browser.post("/connect/dropbox", FORM);
    const back = await consent(asked.location, "allow");
    await browser.get(back);
    const stored = (await all())[0];
    if (stored === undefined) throw new Error("not stored");
    const secrets = await world.context.instances.secretsOf(stored, "source");
    const rows = String(await world.backend.command(["HGET", `relay:instance:${stored.instance.id}`, "row"]));
    for (const hidden of [secrets?.refreshToken ?? "none", new URL(back).searchParams.get("code") ?? "none"])
      expect(`${rows}${world.logged.join("\n")}`).not.toContain(hidden);
  });
});

describe("refused", () => {
  it("the owner says no → said in words, nothing stored, nobody asked for a token", async () => {
    const asked = await browser.post("/connect/dropbox", FORM);
    const answer = await browser.get(await consent(asked.location, "deny"));
    expect(answer.text).toContain("You said no at Dropbox");
    expect(await all()).toEqual([]);
    expect(account.log().filter(({ label }) => label.includes("/oauth2/token"))).toEqual([]);
  });

  it("the answer comes into another browser, logged in as it may be → refused, code not used", async () => {
    const asked = await browser.post("/connect/dropbox", FORM);
    const back = await consent(asked.location, "allow");
    const another = openBrowser(BASE);
    expect((await another.get(back)).status).toBe(403);
    await another.logIn(token);
    await another.post("/connect/dropbox", FORM);
    expect(await another.get(back)).toMatchObject({ status: 400 });
    expect(account.log().filter(({ label }) => label.includes("/oauth2/token"))).toEqual([]);
    expect(await all()).toEqual([]);
  });

  it("the same answer a second time, or none was asked for → refused", async () => {
    const back = await consent((await browser.post("/connect/dropbox", FORM)).location, "allow");
    expect((await browser.get(back)).status).toBe(303);
    expect((await browser.get(back)).text).toContain("does not belong");
    expect(await all()).toHaveLength(1);
  });

  it.each([
    ["state missing", (back: URL) => back.searchParams.delete("state")],
    ["state altered", (back: URL) => back.searchParams.set("state", "x".repeat(43))],
  ])("%s → refused", async (_, alter) => {
    const back = new URL(await consent((await browser.post("/connect/dropbox", FORM)).location, "allow"));
    alter(back);
    expect((await browser.get(back.href)).status).toBe(400);
    expect(await all()).toEqual([]);
  });

  it("the code is too old → said so, start again", async () => {
    const back = await consent((await browser.post("/connect/dropbox", FORM)).location, "allow");
    world.advance(6 * 60_000);
    expect((await browser.get(back)).text).toContain("works once, and for a few minutes");
  });

  it("a code of another flow, put into this one → refused by its verifier", async () => {
    const theirs = new URL(await consent((await openedElsewhere()).location, "allow"));
    const mine = new URL(await consent((await browser.post("/connect/dropbox", FORM)).location, "allow"));
    mine.searchParams.set("code", theirs.searchParams.get("code") ?? "");
    expect((await browser.get(mine.href)).status).toBe(502);
    expect(await all()).toEqual([]);
  });

  async function openedElsewhere() {
    const another = openBrowser(BASE);
    await another.logIn(token);
    return another.post("/connect/dropbox", FORM);
  }

  it("fewer rights than needed → named, with where to tick them", async () => {
    const asked = new URL((await browser.post("/connect/dropbox", FORM)).location);
    asked.searchParams.set("scope", "account_info.read files.metadata.read");
    const answer = await browser.get(await consent(asked.href, "allow"));
    expect(answer.text).toContain("did not grant files.content.read");
    expect(await all()).toEqual([]);
  });

  it("Dropbox is down → said so, nothing stored", async () => {
    const back = await consent((await browser.post("/connect/dropbox", FORM)).location, "allow");
    account.fail({ route: "POST /oauth2/token", status: 503, count: 1 });
    expect((await browser.get(back)).text).toContain("could not be asked");
    expect(await all()).toEqual([]);
  });

  it("not logged in → each route leads to the login; another site's form → refused", async () => {
    const stranger = openBrowser(BASE);
    expect((await stranger.get("/connect/dropbox")).location).toBe("/login?next=%2Fconnect%2Fdropbox");
    expect((await stranger.post("/connect/dropbox", FORM)).location).toBe("/login?next=%2Fconnect%2Fdropbox");
    const forged = await browser.post("/connect/dropbox", FORM, { origin: "https://evil.test" });
    expect([forged.status, forged.location]).toEqual([403, ""]);
  });
});

describe("connected again", () => {
  async function connected() {
    await browser.get(await consent((await browser.post("/connect/dropbox", FORM)).location, "allow"));
    const [stored] = await all();
    if (stored === undefined) throw new Error("not stored");
    await start(stored.instance.id);
    await world.settle();
    world.advance(60_000);
    return stored.instance.id;
  }

  it("revoked, and a file dropped meanwhile → unauthorized; connected again → active, and the file delivered", async () => {
    const id = await connected();
    account.unlink();
    account.files.addFile("/photos/a.jpg", "x");
    await notify(world, account);
    expect((await browser.get("/instances")).text).toContain("Connect again");
    expect((await browser.get(`/connect/dropbox?instance=${id}`)).text).toContain("Connects <b>Harbour</b> again");
    const asked = await browser.post("/connect/dropbox", { instance: id });
    expect((await browser.get(await consent(asked.location, "allow"))).status).toBe(303);
    await world.settle();
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect((await all()).map(({ instance }) => [instance.id, instance.status])).toEqual([[id, "active"]]);
  });

  it("with another account → refused in words, and the instance keeps its own", async () => {
    const id = await connected();
    const asked = await browser.post("/connect/dropbox", { instance: id });
    const answer = await browser.get(await consent(asked.location, "allow", other));
    expect(answer.text).toContain("another Dropbox account");
    expect((await all()).map(({ instance }) => instance.account)).toEqual([account.accountId]);
  });

  it("an instance that does not exist → 404, and no form of it is taken", async () => {
    expect((await browser.get("/connect/dropbox?instance=77")).status).toBe(404);
    expect((await browser.post("/connect/dropbox", { instance: "77" })).status).toBe(400);
    expect((await browser.get("/connect/dropbox?instance=relay:x")).status).toBe(404);
  });
});

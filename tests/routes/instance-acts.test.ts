/** What a person sees, tries and does around the form of an instance: folders, files that fit, posts, test events, its end. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InstanceDraft } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { type Browser, openBrowser } from "../support/browser.ts";
import { secret } from "../support/builders.ts";
import { aDraft, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const token = secret();
const BASE = "https://relay.test";
const HOOKS = "https://receiver.example.org/hooks";
let browser: Browser;
let account: Dropbox;
beforeEach(async () => {
  world = await createWorld({ accounts: 1, env: { ADMIN_TOKEN: token, PUBLIC_BASE_URL: BASE } });
  [account] = world.accounts as [Dropbox];
  browser = openBrowser(BASE);
  await browser.logIn(token);
});
afterEach(() => world.close());

async function made(changes: Partial<InstanceDraft> = {}, secrets: Record<string, Record<string, string>> = {}) {
  const draft = aDraft({ account: account.accountId, ...changes });
  const all = {
    source: { refreshToken: account.refreshToken },
    records: { token: world.env.FACEBOOK_API_KEY },
    ...secrets,
  };
  return storedOf(await world.context.instances.create(draft, all)).instance.id;
}
const json = async (path: string) => JSON.parse((await browser.get(path)).text);
const look = async (id: string, fields: Record<string, string>) =>
  JSON.parse((await browser.post(`/instances/${id}/look`, fields)).text);
const status = async (id: string) => (await world.context.instances.get(id))?.instance.status;

describe("folders", () => {
  it("one level after the other → its folders by name, a request each, and no file", async () => {
    const id = await made();
    for (const path of ["/photos/b10/x.jpg", "/photos/b9/x.jpg", "/photos/a.jpg", "/Members/y.json"])
      account.files.addFile(path, "x");
    await json(`/instances/${id}/folders`); // the first renews the access
    const asked = account.requests();
    expect(await json(`/instances/${id}/folders?path=`)).toMatchObject({
      ...{ path: "", up: null, fault: null, isCut: false },
      folders: [
        { name: "Members", path: "/Members" },
        { name: "photos", path: "/photos" },
      ],
    });
    expect(account.requests()).toBe(asked + 1);
    const below = await json(`/instances/${id}/folders?path=/photos`);
    expect(below).toMatchObject({ up: "", folders: [{ path: "/photos/b9" }, { path: "/photos/b10" }] });
  });

  it.each([
    ["/nowhere", /no such folder/],
    ["photos", /begins with a slash/],
    ["/../x//", /slash|no such folder|does not take/],
  ])("%s → said in words, nothing broken", async (path, words) => {
    const id = await made();
    expect((await json(`/instances/${id}/folders?path=${encodeURIComponent(path)}`)).fault).toMatch(words);
  });

  it("the account's access was taken away → says to connect again", async () => {
    const id = await made();
    account.unlink();
    expect((await json(`/instances/${id}/folders`)).fault).toMatch(/connect it again/);
  });

  it("without a script: browse, then choose → the form again with each level, and the folder filled in", async () => {
    const id = await made();
    account.files.addFile("/photos/2026/x.jpg", "x");
    const level = await browser.post(`/instances/${id}/save`, { intent: "browse:/photos", name: "As typed" });
    expect(level.location).toMatch(/#folder$/);
    const page = (await browser.get(level.location)).text;
    expect(page).toContain('value="choose:/photos"');
    expect(page).toContain('value="browse:/photos/2026"');
    const chosen = await browser.post(`/instances/${id}/save`, { intent: "choose:/photos/2026", name: "As typed" });
    const again = (await browser.get(chosen.location)).text;
    expect(again).toMatch(/name="relay.folder"[^>]*value="\/photos\/2026"/);
    expect(again).toContain('value="As typed"');
  });
});

describe("which files fit", () => {
  it("rules as they are typed → how many of how many, and some that do not with the reason", async () => {
    const id = await made();
    for (const name of ["a.jpg", "b.jpg", "c.psd", "sub/d.jpg"]) account.files.addFile(`/in/${name}`, "x");
    account.files.addFile("/elsewhere/e.jpg", "x");
    expect((await look(id, { "relay.folder": "/in" })).sentence).toBe("4 of 4 files fit.");
    const some = await look(id, { "relay.folder": "/in", "relay.exclude": "*.psd,sub/**" });
    expect(some.sentence).toBe("2 of 4 files fit.");
    expect(some.leftOut.map(({ path }: { path: string }) => path).sort()).toEqual(["/in/c.psd", "/in/sub/d.jpg"]);
    expect((await look(id, { "relay.folder": "/in", "relay.size.max": "0" })).faults).toEqual({
      "relay.size.max": "must be more than 0",
    });
  });

  it("more files than are looked at → says of how many; typed on → not listed again", async () => {
    const id = await made();
    for (let n = 0; n < 2_050; n += 1) account.files.addFile(`/in/${n}.${n % 2 === 0 ? "jpg" : "txt"}`, "x");
    expect((await look(id, { "relay.folder": "/in" })).sentence).toBe(
      "2,000 of the first 2,000 files fit; there are more.",
    );
    const asked = account.requests();
    const { sentence } = await look(id, { "relay.folder": "/in", "relay.extensions": "jpg" });
    expect(sentence).toBe("1,000 of the first 2,000 files fit; there are more.");
    expect(account.requests()).toBe(asked);
  });

  it("a folder without files, and one that is not there → said", async () => {
    const id = await made();
    account.files.addFolder("/empty");
    expect((await look(id, { "relay.folder": "/empty" })).sentence).toBe("There is no file in this folder yet.");
    expect((await look(id, { "relay.folder": "/nowhere" })).sentence).toBe("There is no such folder in this account.");
  });
});

describe("what a post would say", () => {
  const page = { destination: "page:page", "page/relay.page.id": "701" };

  it("the newest file that fits, its caption beside it → the text by the template as it is typed", async () => {
    const id = await made();
    account.files.addFile("/in/old.jpg", "x");
    world.advance(60_000);
    account.files.addFile("/in/Fair.jpg", "x");
    account.files.addFile("/in/Fair.txt", "Our summer fair.");
    world.advance(60_000);
    account.files.addFile("/in/newest.psd", "x");
    const fields = { ...page, "relay.folder": "/in", "relay.extensions": "jpg", "page/relay.page.captions": "on" };
    const given = { ...fields, "page/relay.page.message": "{{ stem }}: {{ caption }}" };
    expect((await look(id, given)).previews).toEqual({
      page: { file: "/in/Fair.jpg", sentence: "A photo, with these words:", text: "Fair: Our summer fair." },
    });
    const plain = { ...given, "page/relay.page.captions": "", "relay.extensions": "jpg" };
    const { "page/relay.page.captions": _, ...without } = plain;
    expect((await look(id, without)).previews.page.text).toBe("Fair:");
  });

  it("a caption or a file that becomes no post is the newest → the newest that becomes one is shown", async () => {
    const id = await made();
    account.files.addFile("/in/Fair.jpg", "x");
    world.advance(60_000);
    account.files.addFile("/in/Fair.txt", "Our summer fair.");
    const given = {
      ...{ ...page, "relay.folder": "/in", "page/relay.page.captions": "on" },
      "page/relay.page.message": "{{ stem }}: {{ caption }}",
    };
    expect((await look(id, given)).previews.page).toMatchObject({
      file: "/in/Fair.jpg",
      text: "Fair: Our summer fair.",
    });
    const none = { ...given, "relay.extensions": "txt" };
    expect((await look(id, none)).previews.page).toMatchObject({ file: "/in/Fair.txt", text: null });
  });

  it("a name there is not → the fault at its field, with its line, and no preview", async () => {
    const id = await made();
    account.files.addFile("/in/a.jpg", "x");
    const seen = await look(id, { ...page, "relay.folder": "/in", "page/relay.page.message": "{{ nobody }}" });
    expect(seen.previews).toEqual({});
    expect(seen.faults).toEqual({ "page/relay.page.message": expect.stringMatching(/^line 1: there is no nobody/) });
  });

  it("what would not be posted → says why", async () => {
    const id = await made();
    account.files.addFile("/in/a.txt", "x");
    const seen = await look(id, { ...page, "page/relay.page.other.files": "skip" });
    expect(seen.previews.page.sentence).toBe("Nothing would be posted: neither a photo nor a video.");
  });
});

describe("a test event", () => {
  const callback = { kind: "callback" as const, id: "callback", url: HOOKS, settings: {} };
  const key = `whsec_${Buffer.from("a key of this test alone").toString("base64")}`;

  it("sent → signed as every event, taken, and nothing of it is kept", async () => {
    const id = await made({ destinations: [callback] }, { callback: { signingSecret: key } });
    world.receiver.knows(key);
    const sent = await browser.post(`/instances/${id}/act`, { action: "test", destination: "callback" });
    expect(sent).toMatchObject({ status: 303, location: `/instances/${id}?did=answered-202` });
    expect((await browser.get(sent.location)).text).toContain("Your endpoint answered 202 to the test event");
    expect(world.receiver.events().map(({ fileId, path }) => [fileId, path])).toEqual([
      ["id:test", "/Test event of the relay.txt"],
    ]);
    expect(world.receiver.unsigned()).toBe(0);
    expect((await world.backend.command(["KEYS", `relay:d:${id}_*`])) as Buffer[]).toEqual([]);
  });

  it.each([
    [
      "it refuses",
      () => world.receiver.fail({ route: "POST /hooks", status: 500, body: "x".repeat(99) }),
      /answered 500/,
    ],
    ["it is down", () => world.receiver.goDown(), /No answer came/],
    ["it redirects", () => world.receiver.fail({ route: "POST /hooks", status: 302 }), /answered 302/],
  ])("%s → its status alone is said, and the endpoint's state stays as it was", async (_, trouble, words) => {
    const id = await made({ destinations: [callback] }, { callback: { signingSecret: key } });
    trouble();
    const sent = await browser.post(`/instances/${id}/act`, { action: "test", destination: "callback" });
    expect((await browser.get(sent.location)).text).toMatch(words);
    expect((await world.backend.command(["KEYS", "relay:endpoint:*"])) as Buffer[]).toEqual([]);
  });

  it("a callback without a secret, or none → nothing is sent, said so", async () => {
    const id = await made({ destinations: [callback] });
    for (const destination of ["callback", "source", "nobody"]) {
      const sent = await browser.post(`/instances/${id}/act`, { action: "test", destination });
      expect(sent.location).toBe(`/instances/${id}?did=unsigned`);
    }
    expect(world.receiver.requests()).toBe(0);
  });
});

describe("the whole of it", () => {
  it("paused, then resumed → neither lists nor delivers meanwhile, and all of it after", async () => {
    const id = await made();
    await world.settle();
    world.advance(60_000);
    expect((await browser.post(`/instances/${id}/act`, { action: "pause" })).location).toBe(
      `/instances/${id}?did=paused`,
    );
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    expect(recorded(world)).toEqual([]);
    expect((await browser.get("/instances")).text).toContain("Paused");
    await browser.post(`/instances/${id}/act`, { action: "resume" });
    await world.settle();
    expect(recorded(world)).toEqual(["a.jpg"]);
  });

  it("not set up yet → cannot be resumed: nothing was said of where its files go", async () => {
    const { id } = storedOf(
      await world.context.instances.create(
        { ...aDraft({ account: account.accountId, destinations: [] }), isSetUp: false, status: "paused" },
        { source: { refreshToken: account.refreshToken } },
      ),
    ).instance;
    expect((await browser.post(`/instances/${id}/act`, { action: "resume" })).location).toContain("did=notSetUp");
    expect(await status(id)).toBe("paused");
  });

  it("deleted → asked first what goes and stays; then all of it is gone, and its row with it", async () => {
    const id = await made();
    await world.settle();
    const asked = (await browser.get(`/instances/${id}/remove`)).text;
    expect(asked).toMatch(/Is removed.*Stays.*Every file in Dropbox/s);
    expect(await status(id)).toBe("active");
    const gone = await browser.post(`/instances/${id}/act`, { action: "remove" });
    expect(gone.location).toBe("/instances?did=removed");
    expect(await status(id)).toBeUndefined();
    expect((await browser.get(`/instances/${id}`)).status).toBe(404);
    expect((await browser.post(`/instances/${id}/act`, { action: "remove" })).status).toBe(404);
  });

  it("markup in a name → shown as text", async () => {
    await made({ name: "<script>alert(1)</script>" });
    const { text } = await browser.get("/instances");
    expect(text).not.toContain("<script>");
    expect(text).toContain("&lt;script&gt;");
  });

  it("an address that says of an act what never was → only words of ours", async () => {
    const id = await made();
    for (const did of ["<b>x", "answered-999", "toString", "answered-200<script>"])
      expect((await browser.get(`/instances/${id}?did=${encodeURIComponent(did)}`)).text).not.toContain(
        'role="status"><',
      );
    expect((await browser.get(`/instances/${id}?draft=../x&made=..`)).status).toBe(200);
  });
});

describe("who may", () => {
  const GETS = ["", "/new", "/1", "/1/remove"];
  const QUESTIONS = ["/1/folders"];
  const POSTS = ["/1/save", "/1/act", "/1/look"];

  it("nobody logged in → every page leads to the login, and every other route refuses", async () => {
    await made();
    const stranger = openBrowser(BASE);
    for (const path of GETS) {
      const answer = await stranger.get(`/instances${path}`);
      expect([answer.status, answer.location]).toEqual([307, `/login?next=${encodeURIComponent(`/instances${path}`)}`]);
    }
    for (const path of QUESTIONS) expect((await stranger.get(`/instances${path}`)).status).toBe(401);
    for (const path of POSTS) expect((await stranger.post(`/instances${path}`, { action: "remove" })).status).toBe(401);
    expect(await status("1")).toBe("active");
  });

  it("a form of another site, or of nobody, in the operator's browser → refused, nothing changed", async () => {
    await made();
    for (const path of POSTS)
      for (const origin of ["https://evil.example", "null"])
        expect((await browser.post(`/instances${path}`, { action: "remove" }, { origin })).status, path).toBe(403);
    expect(await status("1")).toBe("active");
  });

  it("an instance there is not → 404 at each of them", async () => {
    for (const id of ["7", "relay:x", "..", "1e1"]) {
      const at = `/instances/${encodeURIComponent(id)}`;
      if (id === "..") continue;
      for (const path of ["", "/remove", "/folders"]) expect((await browser.get(at + path)).status).toBe(404);
      for (const path of ["/save", "/act", "/look"])
        expect((await browser.post(at + path, { action: "pause" })).status).toBe(404);
    }
  });

  it("what scripts are told → kept by nobody", async () => {
    const id = await made();
    const told = [await browser.get(`/instances/${id}/folders`), await browser.post(`/instances/${id}/look`, {})];
    for (const { headers } of told) expect(headers.get("cache-control")).toBe("no-store");
  });

  it("a form longer than any of ours → refused unread", async () => {
    const id = await made();
    expect((await browser.post(`/instances/${id}/save`, { name: "x".repeat(60_000) })).status).toBe(413);
  });
});

/** Read-only links to one file's story: who can make one, what it shows, and what it can never be used for. */
import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { revokeShare, SHARES_MAX, sharedStory, shareStory, sharesOf } from "@/lib/relay/share-story.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

const DAY_MS = 86_400_000;
const key = Buffer.from(createHash("sha256").update(secret()).digest()).toString("base64");
let world: World;
let ids: string[];

vi.doMock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const { POST: share } = await import("@/app/(operator)/files/share/route.ts");
const { POST: act } = await import("@/app/(operator)/files/act/route.ts");
const { GET: live } = await import("@/app/live/route.ts");
const { GET: thumbnails } = await import("@/app/thumbnails/route.ts");

beforeAll(async () => {
  world = await createWorld({ env: { ADMIN_TOKEN: secret(), ENCRYPTION_KEY: key } });
  await world.sweep();
  ids = world.dropbox.files.addFiles(3, "/inbox/photo-");
  await world.notify();
  await world.settle();
});
afterAll(() => world.close());

const of = (n: number) => ({ link: "env", file: ids[n] ?? "" });
/** A new link to a file's story: the last part of its address. */
async function tokenOf(n: number, days: number): Promise<string> {
  const before = new Set(((await sharesOf(world.context, of(n))) ?? []).map(({ id }) => id));
  expect(await shareStory(world.context, of(n), days)).toBe("shared");
  const made = (await sharesOf(world.context, of(n)))?.find(({ id }) => !before.has(id));
  expect(made?.href).toMatch(/^http:\/\/relay\.test\/shared\/[\w.-]+$/);
  return made?.href.split("/shared/")[1] ?? "";
}
const shows = async (token: string) => {
  const shared = await sharedStory(world.context, token);
  return shared !== null && "file" in shared.story ? shared.story.file.id : shared;
};

describe("a link", () => {
  it("made → shows the story of its file and of no other, until the day it ends", async () => {
    const token = await tokenOf(0, 7);
    expect(await shows(token)).toBe(ids[0]);
    world.advance(7 * DAY_MS - 1);
    expect(await shows(token)).toBe(ids[0]);
    world.advance(1);
    expect(await shows(token)).toBeNull();
    expect(await sharesOf(world.context, of(0))).toEqual([]);
  });

  it("revoked → shows nothing, and the file's other link goes on", async () => {
    const [one, other] = [await tokenOf(1, 1), await tokenOf(1, 30)];
    const [first] = (await sharesOf(world.context, of(1))) ?? [];
    expect(await revokeShare(world.context, of(1), first?.id ?? "")).toBe("revoked");
    expect(await shows(one)).toBeNull();
    expect(await shows(other)).toBe(ids[1]);
  });

  it.each([
    ["nothing", () => ""],
    [
      "one letter of its signature changed",
      (token: string) => token.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    ],
    ["no signature", (token: string) => token.split(".")[0] ?? ""],
    ["an empty signature", (token: string) => `${token.split(".")[0]}.`],
    ["another file named under its signature", (token: string) => changed(token, 2, ids[1] ?? "")],
    ["a later end under its signature", (token: string) => changed(token, 3, Number.MAX_SAFE_INTEGER)],
    ["signed by somebody else's key", (token: string) => signed(token.split(".")[0] ?? "", secret())],
    [
      "signed with ADMIN_TOKEN itself",
      (token: string) => signed(token.split(".")[0] ?? "", world.env.ADMIN_TOKEN ?? ""),
    ],
  ])("forged: %s → nothing, and Redis is not asked", async (_, forge) => {
    const forged = forge(await tokenOf(2, 1));
    const before = world.rest.requests();
    expect(await sharedStory(world.context, forged)).toBeNull();
    expect(world.rest.requests()).toBe(before);
    for (const { id } of (await sharesOf(world.context, of(2))) ?? []) await revokeShare(world.context, of(2), id);
  });

  it("the row of another file's link → does not stand for this one's", async () => {
    const token = await tokenOf(0, 1);
    const [mine] = (await sharesOf(world.context, of(0))) ?? [];
    await world.context.sharing?.store.add("env", ids[1] ?? "", { id: mine?.id ?? "", until: world.now() + DAY_MS });
    await revokeShare(world.context, of(0), mine?.id ?? "");
    expect(await shows(token)).toBeNull();
  });

  it("more than a file may have → refused, until one is revoked or has ended", async () => {
    const live = ((await sharesOf(world.context, of(0))) ?? []).length;
    for (let n = live; n < SHARES_MAX; n += 1) expect(await shareStory(world.context, of(0), 1)).toBe("shared");
    expect(await shareStory(world.context, of(0), 1)).toBe("tooManyShares");
    world.advance(DAY_MS);
    expect(await shareStory(world.context, of(0), 1)).toBe("shared");
    expect(await world.context.sharing?.store.of("env", ids[0] ?? "")).toHaveLength(1);
  });

  it("another ADMIN_TOKEN or ENCRYPTION_KEY → every link is over; without one of them there are none", async () => {
    const token = await tokenOf(0, 30);
    const store = {
      UPSTASH_REDIS_REST_URL: world.env.UPSTASH_REDIS_REST_URL,
      UPSTASH_REDIS_REST_TOKEN: world.env.UPSTASH_REDIS_REST_TOKEN,
    };
    const shownUnder = async (env: Record<string, string>) => {
      const other = await createWorld({
        env: { ADMIN_TOKEN: world.env.ADMIN_TOKEN ?? "", ENCRYPTION_KEY: key, ...store, ...env },
      });
      other.advance(world.now() - other.now());
      const shared = await sharedStory(other.context, token);
      const made = await shareStory(other.context, of(0), 1);
      await other.close();
      return [shared === null, made];
    };
    expect(await shownUnder({})).toEqual([false, "shared"]);
    expect(await shownUnder({ ADMIN_TOKEN: secret() })).toEqual([true, "shared"]);
    expect(await shownUnder({ ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64") })).toEqual([true, "shared"]);
    expect(await shownUnder({ ADMIN_TOKEN: "" })).toEqual([true, "cannotShare"]);
    expect(await shownUnder({ ENCRYPTION_KEY: "" })).toEqual([true, "cannotShare"]);
  });
});

describe("whoever has a link and nothing else", () => {
  it("uses it as a session, as a token or as an origin of forms → refused everywhere", async () => {
    const token = await tokenOf(1, 30);
    const fields = { id: ids[1] ?? "", link: "env", action: "replay", days: "30" };
    const shared = `http://relay.test/shared/${token}`;
    for (const more of [{}, { cookie: `relay-operator=${token}` }, { authorization: `Bearer ${token}` }]) {
      const headers = { origin: "http://relay.test", referer: shared, ...more };
      const form = (path: string) =>
        new Request(`http://relay.test${path}`, { method: "POST", headers, body: new URLSearchParams(fields) });
      const get = (path: string) => new Request(`http://relay.test${path}`, { headers });
      const before = await sharesOf(world.context, of(1));
      expect((await act(form("/files/act"))).status).toBe(401);
      expect((await share(form("/files/share"))).status).toBe(401);
      expect((await live(get(`/live?file=${ids[1]}&link=env`))).status).toBe(401);
      expect((await thumbnails(get("/thumbnails?link=env&size=small&file=r+id:a"))).status).toBe(401);
      expect(await sharesOf(world.context, of(1))).toEqual(before);
    }
  });
});

describe("the operator's form", () => {
  async function post(fields: Record<string, string>, more: Record<string, string> = {}) {
    const result = await world.context.operator.logIn(world.env.ADMIN_TOKEN ?? "");
    const cookie = result.kind === "loggedIn" ? (result.cookie.split(";")[0] ?? "") : "";
    const headers = { cookie, origin: "http://relay.test", ...more };
    const body = new URLSearchParams({ id: ids[2] ?? "", link: "env", ...fields });
    return share(new Request("http://relay.test/files/share", { method: "POST", headers, body }));
  }

  it("makes one, then revokes it → back at the story each time, and said what was done", async () => {
    const made = await post({ days: "30" });
    expect(made.status).toBe(303);
    expect(made.headers.get("location")).toContain("did=shared#share");
    const [one] = (await sharesOf(world.context, of(2))) ?? [];
    expect(one?.until).toBe(world.now() + 30 * DAY_MS);
    expect((await post({ revoke: one?.id ?? "" })).headers.get("location")).toContain("did=revoked");
    expect(await sharesOf(world.context, of(2))).toEqual([]);
  });

  it.each([
    ["a length that is not offered", { days: "365" }, 400],
    ["a path instead of an id", { days: "1", id: "/inbox/photo-1.jpg" }, 400],
    ["another instance", { days: "1", link: "999" }, 404],
  ])("%s → refused", async (_, fields, status) => {
    expect((await post(fields)).status).toBe(status);
    expect(await sharesOf(world.context, of(2))).toEqual([]);
  });

  it("from another site → refused", async () => {
    expect((await post({ days: "1" }, { origin: "https://evil.example" })).status).toBe(403);
  });
});

/** The same token with one of its parts another one. */
function changed(token: string, part: number, value: unknown): string {
  const [payload = "", signature = ""] = token.split(".");
  const parts: unknown[] = JSON.parse(Buffer.from(payload, "base64url").toString());
  parts[part] = value;
  return `${Buffer.from(JSON.stringify(parts)).toString("base64url")}.${signature}`;
}

const signed = (payload: string, by: string): string =>
  `${payload}.${createHmac("sha256", by).update(`share\n${payload}`).digest("base64url")}`;

/** The checklist over the real clients, the in-memory Redis and the emulators: what each side says becomes a line. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { checkSetup } from "@/lib/setup/checklist.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

/** The lines that depend on what a world emulates: there is no QStash and no public address in it. */
async function lines(options: WorldOptions = {}, change: (world: World) => unknown = () => undefined) {
  world = await createWorld(options);
  await change(world);
  const checks = await checkSetup(world.context.setup);
  return Object.fromEntries(checks.map(({ id, verdict, found }) => [id, `${verdict}: ${found}`]));
}

describe("the records endpoint", () => {
  it("all well → Redis, account, folder, permissions and endpoint are said to work, and nothing was written", async () => {
    const found = await lines();
    expect(found.redis).toMatch(/^ok/);
    expect(found["dropbox-account"]).toMatch(/^ok: Listed everything/);
    expect(found["dropbox-scopes"]).toMatch(/^ok: .*files\.content\.read/);
    expect(found.facebook).toMatch(/^ok/);
    expect(world.facebook.writes()).toEqual([]);
  });

  it("it refuses the key, or is down → each in its words", async () => {
    const refused = await lines({}, ({ facebook }) =>
      facebook.fail({ route: "GET /v1/records", status: 401, count: 1 }),
    );
    expect(refused.facebook).toMatch(/^bad: .*401/);
    await world.close();
    const down = await lines({}, ({ facebook }) => facebook.fail({ route: "GET /v1/records", status: 503, count: 1 }));
    expect(down.facebook).toMatch(/^bad: .*503/);
  });

  it("a folder that is not there, a link that was revoked → said", async () => {
    const gone = await lines({ env: { DROPBOX_FOLDER: "/nowhere" } });
    expect(gone["dropbox-account"]).toMatch(/^bad: There is no folder \/nowhere/);
    await world.close();
    const revoked = await lines({}, ({ dropbox }) => dropbox.unlink());
    expect(revoked["dropbox-account"]).toMatch(/^bad/);
  });

  it("a notification that led to a listing → known from then on; the sweep's listing is none", async () => {
    const swept = await lines({}, async (one) => one.sweep());
    expect(swept.notifications).toMatch(/^idle: None has arrived yet; files are found by the sweep/);
    await world.notify();
    const [line] = (await checkSetup(world.context.setup)).filter(({ id }) => id === "notifications");
    expect(line?.verdict).toBe("ok");
  });
});

describe("a callback", () => {
  it("its address and secret, no key of Facebook's → said where events go, and none is sent", async () => {
    const CALLBACK_SECRET = `whsec_${randomBytes(32).toString("base64")}`;
    const env = { CALLBACK_URL: "https://hooks.example.com/relay", CALLBACK_SECRET, FACEBOOK_API_KEY: "" };
    const found = await lines({ env });
    expect(found.facebook).toMatch(/^ok: Signed events go to https:\/\/hooks\.example\.com;/);
    expect(world.context.setup.facebook.name).toBe("Your endpoint");
    expect(world.facebook.writes()).toEqual([]);
  });
});

describe("a Page", () => {
  it("its token, and one that is none → accepted, refused", async () => {
    expect((await lines({ page: {} })).facebook).toMatch(/^ok: Facebook gives access to the Page/);
    await world.close();
    expect((await lines({ page: {}, env: { FACEBOOK_API_KEY: "not-a-token" } })).facebook).toMatch(/^bad/);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { anAttempt } from "../support/builders.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.sweep();
  world.advance(60_000);
}

describe("the records endpoint in trouble", () => {
  it("10 % created but answered 500 → each record once", async () => {
    await following();
    world.facebook.trouble("createdBut500", { rate: 0.1 });
    world.dropbox.files.addFiles(300, "/inbox/a-");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(300);
    expect(world.facebook.doubles()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
  });

  it("20 % 429 with Retry-After 2 → all delivered once, attempts not spent on the wait", async () => {
    await following();
    world.facebook.trouble("tooMany", { rate: 0.2, retryAfter: 2 });
    world.dropbox.files.addFiles(100, "/inbox/a-");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(100);
    expect(world.facebook.doubles()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, dead: 0 });
  });

  it("one 429 with Retry-After 120 → no request until then, then delivered", async () => {
    await following({ env: { CONCURRENCY: "1" } });
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 120 });
    world.dropbox.files.addFiles(5, "/inbox/a-");
    await world.notify();
    expect(world.facebook.requests()).toBe(1);
    await world.sweep();
    expect(world.facebook.requests()).toBe(1);
    await world.settle();
    expect(world.facebook.records()).toHaveLength(5);
    expect(world.facebook.requestsIntoHold()).toBe(0);
  });

  it("endpoint down for an hour → nothing lost, all delivered when it is back", async () => {
    await following();
    world.facebook.trouble("serverError", { rate: 1 });
    world.dropbox.files.addFiles(10, "/inbox/a-");
    await world.notify();
    await world.runUntil(world.now() + 3_600_000);
    expect(world.facebook.records()).toEqual([]);
    world.facebook.faults.clear();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(10);
    expect(await world.counts()).toMatchObject({ dead: 0, due: 0 });
  });

  it("token refused, nothing to renew it with → everything waits, said once, released by a new token", async () => {
    await following();
    world.facebook.expireToken();
    world.dropbox.files.addFiles(60, "/inbox/a-");
    await world.notify();
    expect(world.facebook.records()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 60, dead: 0 });
    expect(world.logged.some((line) => line.includes("FACEBOOK_API_KEY"))).toBe(true);
  });

  it("token dies half way, refresh configured → renewed once, all delivered", async () => {
    const client = { clientId: "client", clientSecret: "s".repeat(20), refreshToken: "r".repeat(20) };
    await following({
      env: {
        FACEBOOK_REFRESH_URL: "http://sandbox.test/facebook/oauth/token",
        FACEBOOK_CLIENT_ID: client.clientId,
        FACEBOOK_CLIENT_SECRET: client.clientSecret,
        FACEBOOK_REFRESH_TOKEN: client.refreshToken,
      },
      facebook: { refresh: client },
    });
    world.dropbox.files.addFiles(40, "/inbox/a-");
    await world.notify();
    world.facebook.expireToken();
    world.dropbox.files.addFiles(100, "/inbox/b-");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(140);
    expect(world.facebook.refreshes()).toBe(1);
    world.restart();
    world.dropbox.files.addFile("/inbox/c.jpg", "x");
    await world.notify();
    expect(world.facebook.records()).toHaveLength(141);
    expect(world.facebook.refreshes()).toBe(1);
  });

  it("400 with the file unchanged → dead with the reason, one write", async () => {
    await following();
    world.facebook.trouble("badRequest", { rate: 1 });
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    await world.notify();
    expect(await world.counts()).toMatchObject({ dead: 1, due: 0 });
    expect(world.facebook.requests("POST /v1/records")).toBe(1);
  });
});

describe("Dropbox in trouble", () => {
  it("429 on listing → asks the queue to come again after the wait; nothing lost", async () => {
    await following();
    world.dropbox.fail({ route: "POST /2/files/list_folder/continue", status: 429, count: 1, retryAfter: 7 });
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    expect(await world.notify()).toMatchObject({ kind: "again", afterMs: 7000 });
    await world.notify();
    expect(world.facebook.records()).toHaveLength(1);
  });

  it("access token expired, no refresh token → said with what to do, delivered by the next sync after it is mended", async () => {
    await following();
    world.dropbox.expireToken();
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    expect(await world.notify()).toEqual({ kind: "done" });
    expect(world.logged.some((line) => line.includes("DROPBOX_REFRESH_TOKEN"))).toBe(true);
  });
});

describe("a process that dies", () => {
  it("holder of the lease dead, same message again → told to come back, then delivers", async () => {
    await following();
    await world.context.services.links[0]?.source.begin("a dead process");
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    const message = { job: { job: "sync", account: world.dropbox.accountId, notifiedAt: world.now() } } as const;
    expect(await world.run(message)).toEqual({ kind: "done" });
    const again = await world.run(message, true);
    expect(again).toMatchObject({ kind: "again" });
    world.advance(30_001);
    expect(await world.run(message, true)).toEqual({ kind: "done" });
    expect(world.facebook.records()).toHaveLength(1);
  });

  it("claims of a dead process, their effect done or not → taken over after the claim, no double", async () => {
    await following({ env: { CONCURRENCY: "1" } });
    world.dropbox.files.addFiles(10, "/inbox/a-");
    const link = world.context.services.links[0];
    if (link === undefined) throw new Error("no link");
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 30 });
    await world.notify();
    world.messages.length = 0;
    world.advance(60_000);
    const turn = await link.outbox.settleAndClaim({
      settleToken: "",
      claimToken: "dead",
      now: world.now(),
      limit: 50,
      credential: link.destination.credential,
      settlements: [],
      hold: null,
    });
    expect(turn.claimed).toHaveLength(10);
    const half = turn.claimed.slice(0, 5);
    await link.destination.deliver(half, anAttempt());
    world.restart();
    await world.sweep();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(10);
    expect(world.facebook.doubles()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0 });
  });

  it("a settlement after its claim was taken over → ignored", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 30 });
    await world.notify();
    const link = world.context.services.links[0];
    if (link === undefined) throw new Error("no link");
    const base = { limit: 50, credential: link.destination.credential, settlements: [], hold: null };
    world.advance(60_000);
    const slow = await link.outbox.settleAndClaim({ ...base, settleToken: "", claimToken: "slow", now: world.now() });
    world.advance(31_000);
    const quick = await link.outbox.settleAndClaim({ ...base, settleToken: "", claimToken: "quick", now: world.now() });
    expect(quick.claimed).toMatchObject([{ takenOver: true }]);
    const delivery = slow.claimed[0]?.delivery;
    if (delivery === undefined) throw new Error("nothing claimed");
    const late = await link.outbox.settleAndClaim({
      ...base,
      settleToken: "slow",
      claimToken: "slower",
      now: world.now(),
      limit: 0,
      settlements: [{ attempt: 2, step: { to: "dead", delivery } }],
    });
    expect(late.settled).toBe(0);
    expect(await world.counts()).toMatchObject({ claimed: 1, dead: 0 });
  });
});

/** An endpoint that was given up on is called again as soon as its owner says so, and leaves nothing behind when it goes. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import {
  type CallbackInstance,
  callbackInstance,
  contextOfLatest,
  DAY,
  HOOK,
  MINUTE,
} from "../support/callback-instance.ts";

vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => contextOfLatest(),
}));
let at: CallbackInstance;
afterEach(() => at.world.close());

const enable = () => at.call("PUT", `/instances/${at.id}/enabled`);
const configure = (configuration: Record<string, unknown>) =>
  at.call("PATCH", `/instances/${at.id}`, { configuration });
const names = (count: number) => Array.from({ length: count }, (_, n) => `/${n + 10}.pdf`);

async function paused() {
  at = await callbackInstance();
  at.world.receiver.goDown();
  for (const path of names(30)) at.add(path);
  await at.told();
  await at.world.runUntil(at.world.now() + 5 * DAY + DAY / 2);
  expect(at.world.logged.filter((line) => line.includes('"endpoint.paused"'))).toHaveLength(1);
  at.add("/later.pdf");
  await at.told();
  at.world.receiver.comeUp();
}

async function gone() {
  at = await callbackInstance();
  at.world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
  at.add("/a.pdf");
  await at.told();
  await at.world.runUntil(at.world.now() + 3 * 60 * MINUTE);
  expect(at.world.receiver.requests()).toBe(1);
}

/** Without any of the sweeps, and before the hour is over after which it would be looked at in any case. */
const aMoment = () => at.world.runUntil(at.world.now() + 5_000);

describe("an endpoint that waits for its owner", () => {
  it("paused after five days; enabled → all that waited goes out at once, also what was to be tried much later", async () => {
    await paused();
    expect((await enable()).status).toBe(200);
    await aMoment();
    expect(at.paths().toSorted()).toEqual([...names(30), "/later.pdf"].toSorted());
  });

  it("failing for a day, hours to go until the next attempt; enabled → told at once", async () => {
    at = await callbackInstance();
    at.world.receiver.goDown();
    at.add("/a.pdf");
    await at.told();
    await at.world.runUntil(at.world.now() + DAY);
    at.world.receiver.comeUp();
    const asked = at.world.receiver.requests();
    await aMoment();
    expect(at.world.receiver.requests()).toBe(asked);
    await enable();
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf"]);
  });

  it("disabled by 410; enabled → told at once, and nothing is known against it any more", async () => {
    await gone();
    await enable();
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf"]);
    expect(await at.keysLike("relay:endpoint:*")).toEqual([]);
  });

  it("disabled by 410; the instance disabled and enabled → told at once", async () => {
    await gone();
    await at.call("DELETE", `/instances/${at.id}/enabled`);
    await enable();
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf"]);
  });

  it("disabled by 410; another signature key → told at once, by the new key", async () => {
    await gone();
    const key = randomBytes(24).toString("hex");
    at.world.receiver.knows(key);
    expect((await configure({ "event.notification.signature.key": key })).status).toBe(200);
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf"]);
    expect(at.world.receiver.unsigned()).toBe(0);
  });

  it("disabled by 410; another address → told at once, and the former one is forgotten", async () => {
    await gone();
    await configure({ "event.notification.callback.url": `${HOOK}/2` });
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf"]);
    expect(await at.keysLike("relay:endpoint:*")).toEqual([]);
  });

  it("disabled by 410; another name → still waits", async () => {
    await gone();
    await at.call("PATCH", `/instances/${at.id}`, { name: "Another" });
    await at.world.runUntil(at.world.now() + 2 * 60 * MINUTE);
    expect(at.world.receiver.requests()).toBe(1);
  });

  it("enabled while a file that went is in its grace → the grace is kept", async () => {
    at = await callbackInstance();
    at.add("/a.pdf");
    at.add("/b.pdf");
    await at.told();
    at.world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
    at.add("/c.pdf");
    await at.told();
    at.owner.files.deletePath("/a.pdf");
    const wentAt = at.world.now();
    await at.told();
    await enable();
    await aMoment();
    expect(at.paths()).toEqual(["/a.pdf", "/b.pdf", "/c.pdf"]);
    await at.world.runUntil(wentAt + 2 * MINUTE);
    expect(at.world.receiver.events().at(-1)).toMatchObject({ change: "deleted", path: "/a.pdf" });
  });

  it("enabled though nothing is known against it → the instance stays as it is", async () => {
    at = await callbackInstance();
    const before = await at.world.context.instances.get(at.id);
    expect((await enable()).status).toBe(200);
    expect((await at.world.context.instances.get(at.id))?.version).toBe(before?.version);
  });
});

describe("an instance that is removed", () => {
  it("its endpoint in trouble → no key of its own is left", async () => {
    await gone();
    expect(await at.keysLike("relay:endpoint:*")).toHaveLength(1);
    expect((await at.call("DELETE", `/instances/${at.id}`)).status).toBe(200);
    await at.world.runUntil(at.world.now() + DAY);
    for (const pattern of ["relay:endpoint:*", "relay:hold:*", "relay:token:*", "relay:credential:*"])
      expect(await at.keysLike(pattern)).toEqual([]);
    expect(await at.keysLike(`relay:[di]:${at.id}*`)).toEqual([]);
    expect(await at.keysLike(`relay:instance:${at.id}*`)).toEqual([]);
  });
});

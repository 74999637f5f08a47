/** Listings that are interrupted, refused, too long, or overtaken by another notification. */
import { afterEach, describe, expect, it } from "vitest";
import { runJob } from "@/lib/relay/run-job.ts";
import type { Link } from "@/lib/relay/services.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}): Promise<Link> {
  world = await createWorld(options);
  await world.sweep();
  world.advance(60_000);
  const link = world.context.services.links[0];
  if (link === undefined) throw new Error("no link");
  return link;
}

const aSync = () => ({ job: "sync", account: world.dropbox.accountId, notifiedAt: world.now() }) as const;
const drop = (name: string) => world.dropbox.files.addFile(`/inbox/${name}.jpg`, "x");
const names = () => world.facebook.records().map((record) => record.name);

describe("one listing at a time", () => {
  it("file dropped and notified between the holder's last listing and its end → found by the holder", async () => {
    const link = await following();
    const release = link.source.release;
    link.source.release = async (token, markSeen) => {
      link.source.release = release;
      drop("late");
      expect(await world.notify()).toEqual({ kind: "done" });
      expect(names()).toEqual([]);
      return release(token, markSeen);
    };
    await world.notify();
    expect(names()).toEqual(["late.jpg"]);
  });

  it("run that died between commit and delivery, same message again → delivered, though it lists nothing new", async () => {
    const link = await following();
    const settleAndClaim = link.outbox.settleAndClaim;
    link.outbox.settleAndClaim = async () => {
      link.outbox.settleAndClaim = settleAndClaim;
      throw new Error("the process dies here");
    };
    drop("a");
    const job = aSync();
    await expect(world.run({ job })).rejects.toThrow("dies here");
    expect(names()).toEqual([]);
    expect(await world.run({ job }, true)).toEqual({ kind: "done" });
    expect(names()).toEqual(["a.jpg"]);
  });
});

describe("whose notification", () => {
  it("account configured + notification for another one → nothing listed, said", async () => {
    await following({ dropbox: { accountId: "dbid:ours" }, env: { DROPBOX_ACCOUNT_ID: "dbid:ours" } });
    drop("a");
    const before = world.dropbox.requests();
    const job = { job: "sync", account: "dbid:theirs", notifiedAt: world.now() } as const;
    expect(await world.run({ job })).toEqual({ kind: "done" });
    expect(world.dropbox.requests()).toBe(before);
    expect(world.logged.some((line) => line.includes("sync.unknown_account"))).toBe(true);
    await world.notify();
    expect(names()).toEqual(["a.jpg"]);
  });
});

describe("a long listing", () => {
  it("too little time left for another listing → the same job again, which lists the rest", async () => {
    await following();
    drop("a");
    const job = aSync();
    const run = { deadline: world.now() + 59_000, redelivered: false };
    expect(await runJob(world.context.services, job, run)).toEqual({ kind: "done" });
    expect(world.messages).toMatchObject([{ job }]);
    expect(names()).toEqual([]);
    await world.settle();
    expect(names()).toEqual(["a.jpg"]);
  });

  it("more entries at once than were asked for, death between their commits → all delivered, each once", async () => {
    world = await createWorld({ env: { BACKFILL: "all" } });
    const { dropbox, links } = world.context.services;
    const list = dropbox.listFolder;
    dropbox.listFolder = (token, folder, signal) => list(token, { ...folder, limit: 2000 }, signal);
    const source = links[0]?.source;
    if (source === undefined) throw new Error("no link");
    world.dropbox.files.addFiles(1200, "/inbox/a-");
    world.advance(60_000);
    const commit = source.commit;
    let parts = 0;
    source.commit = async (input) => {
      if (input.deliveries.length > 0) parts += 1;
      if (parts === 3) throw new Error("the process dies here");
      return commit(input);
    };
    await expect(world.sweep()).rejects.toThrow("dies here");
    // Two parts of 500 entries, one of which is the folder.
    expect(await world.counts()).toMatchObject({ due: 999 });
    source.commit = commit;
    world.advance(30_001);
    await world.sweep();
    await world.settle();
    expect(names()).toHaveLength(1200);
    expect(world.facebook.doubles()).toEqual([]);
  });
});

describe("a token Dropbox refuses", () => {
  it("refresh token configured → renewed once, listed in the same run", async () => {
    const refreshToken = secret();
    await following({ env: { DROPBOX_REFRESH_TOKEN: refreshToken }, dropbox: { refreshToken } });
    world.dropbox.expireToken();
    drop("a");
    expect(await world.notify()).toEqual({ kind: "done" });
    expect(names()).toEqual(["a.jpg"]);
    expect(world.dropbox.refreshes()).toBe(1);
  });
});

describe("a dead cursor", () => {
  it("file with an old time moved in meanwhile → published: it was not there before the relay", async () => {
    world = await createWorld({ env: { DROPBOX_FOLDER: "/inbox" } });
    world.dropbox.files.addFile("/elsewhere/moved.jpg", "x");
    world.dropbox.files.addFile("/inbox/old.jpg", "x");
    world.advance(60_000);
    await world.sweep();
    world.dropbox.resetCursors();
    world.dropbox.files.renameFile("/elsewhere/moved.jpg", "/inbox/moved.jpg");
    await world.notify();
    expect(names()).toEqual(["moved.jpg"]);
  });

  it("token now of another account → its old files are not published, its next one is", async () => {
    await following();
    world.dropbox.resetCursors();
    const accountId = "dbid:somebody-else";
    world.context.services.dropbox.currentAccount = async () => ({ ok: true, data: { accountId } });
    world.dropbox.files.addFiles(30, "/inbox/theirs-");
    world.advance(60_000);
    await world.notify();
    expect(names()).toEqual([]);
    drop("next");
    await world.notify();
    expect(names()).toEqual(["next.jpg"]);
  });
});

/** What goes on in another job: a listing or a drain that could not end in its own, the next poll, the rest of a sweep. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "@/lib/queue/jobs.ts";
import { runJob } from "@/lib/relay/run-job.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { turns } from "../support/builders.ts";
import { aDraft, connect, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let account: Dropbox;
beforeEach(async () => {
  world = await createWorld({ accounts: 1 });
  [account] = world.accounts as [Dropbox];
  await world.sweep();
  world.advance(60_000);
});
afterEach(() => world.close());

const jobs = () => world.messages.flatMap((message) => ("job" in message ? [message.job] : []));
const runFor = (ms: number, job: Job) =>
  runJob(world.context.services, job, { deadline: world.now() + ms, redelivered: false });
const rename = async (id: string, name: string) =>
  storedOf(await world.context.instances.change(id, { edit: (now) => ({ ...now, name }) }));

/** Each listing from a cursor takes so long, and `meanwhile` happens once in the first of them. */
function slowListings(ms: number, meanwhile: () => Promise<unknown> = async () => undefined) {
  const { dropbox } = world.context.services;
  const { listFolderContinue } = dropbox;
  let isFirst = true;
  dropbox.listFolderContinue = async (...args) => {
    if (isFirst) {
      isFirst = false;
      await meanwhile();
    }
    world.advance(ms);
    return listFolderContinue(...args);
  };
  return () => {
    dropbox.listFolderContinue = listFolderContinue;
  };
}

describe("a listing that runs out of time", () => {
  it("three instances and the environment's in one sweep → a job for each of them, and no other sweep", async () => {
    for (let n = 0; n < 3; n += 1) await connect(world, account);
    world.messages.length = 0;
    await runFor(10_000, { job: "sweep" });
    const asked = jobs().map((job) => (job.job === "list" || job.job === "drain" ? `${job.job} ${job.instance}` : job));
    expect(asked.filter((job) => !String(job).startsWith("drain")).sort()).toEqual([
      "list 1",
      "list 2",
      "list 3",
      "list env",
    ]);
    account.files.addFile("/a.jpg", "x");
    world.dropbox.files.addFile("/inbox/b.jpg", "x");
    await world.settle();
    expect(recorded(world).sort()).toEqual(["a.jpg", "b.jpg"]);
  });

  it("three instances of the account that changed → a job for each of them, not one for all from each", async () => {
    for (let n = 0; n < 3; n += 1) await connect(world, account);
    world.messages.length = 0;
    await runFor(10_000, { job: "sync", account: account.accountId, notifiedAt: world.now() });
    expect(jobs().filter(({ job }) => job === "sync")).toEqual([]);
    expect(jobs().filter(({ job }) => job === "list")).toHaveLength(3);
  });

  it("of an instance that polls every hour → goes on at once, not at the next interval", async () => {
    const one = await connect(world, account, { pollSeconds: 3600 });
    world.messages.length = 0;
    world.advance(3_600_000);
    account.files.addFiles(700, "/a-");
    const quick = slowListings(20_000);
    await runFor(75_000, { job: "list", instance: one.id, poll: true });
    quick();
    expect(recorded(world).length).toBeLessThan(700);
    await world.runUntil(world.now() + 60_000);
    expect(recorded(world)).toHaveLength(700);
  });
});

describe("an instance that is changed while it is at work", () => {
  it("its name, in the midst of a backlog → the rest is delivered, without a sweep", async () => {
    const one = await connect(world, account);
    account.files.addFiles(120, "/a-");
    world.slow(1_000);
    const run = notify(world, account);
    while (recorded(world).length < 10) await turns(1);
    await rename(one.id, "Other");
    await run;
    world.slow(0);
    await world.settle();
    expect(recorded(world)).toHaveLength(120);
  });

  it("its name, in the midst of a listing, and its job meets that → the rest is listed, without a sweep", async () => {
    const one = await connect(world, account);
    account.files.addFiles(700, "/a-");
    const quick = slowListings(6_000, async () => {
      await rename(one.id, "Other");
      await world.runUntil(world.now());
    });
    await notify(world, account);
    quick();
    await world.settle();
    expect(recorded(world)).toHaveLength(700);
  });

  it("one of two destinations refuses its key → the other's backlog goes on, without a sweep", async () => {
    const url = "http://sandbox.test/facebook/v1/records";
    const destinations = ["records", "second"].map((id) => ({ kind: "records" as const, id, url }));
    const draft = aDraft({ account: account.accountId, destinations });
    const source = { refreshToken: account.refreshToken };
    const secrets = { source, records: { token: world.facebook.token() }, second: { token: "of nobody" } };
    storedOf(await world.context.instances.create(draft, secrets));
    await world.settle();
    world.advance(60_000);
    account.files.addFiles(120, "/a-");
    world.slow(1_000);
    await notify(world, account);
    world.slow(0);
    await world.runUntil(world.now() + 60_000);
    expect(recorded(world)).toHaveLength(120);
  });
});

describe("a drain that asks for its follow-up", () => {
  it("another run brings a new file meanwhile → delivered now, not with what waits", async () => {
    world.facebook.fail({ status: 500, count: 5 });
    world.dropbox.files.addFile("/inbox/waits.jpg", "x");
    await world.notify();
    while (world.facebook.requests() < 5) await world.runUntil(world.messages[0]?.dueAt ?? Number.NaN);
    const { queue } = world.context.services;
    const { enqueue } = queue;
    queue.enqueue = async (all) => {
      queue.enqueue = enqueue;
      world.dropbox.files.addFile("/inbox/new.jpg", "x");
      await world.notify();
      return enqueue(all);
    };
    await world.run({ job: { job: "drain", instance: "env" } });
    expect(recorded(world)).toEqual(["new.jpg"]);
    await world.settle();
    expect(recorded(world)).toEqual(["new.jpg", "waits.jpg"]);
  });
});

describe("polling", () => {
  const POLL = 300_000;

  it.each([0.1, 0.3, 0.45, 0.55, 0.6, 0.7, 0.8, 0.9])(
    "listed for another reason at %d of an interval → goes on at its intervals",
    async (part) => {
      const one = await connect(world, account, { pollSeconds: POLL / 1000 });
      const list = () => world.run({ job: { job: "list", instance: one.id } });
      world.messages.length = 0;
      // Its chain begins where an interval of the clock does, so that both fall into the same one.
      world.advance(3 * POLL - (world.now() % POLL));
      await list();
      await world.runUntil(world.now() + (2 + part) * POLL);
      await list();
      account.files.addFile("/a.jpg", "x");
      await world.runUntil(world.now() + 1.5 * POLL);
      account.files.addFile("/b.jpg", "x");
      await world.runUntil(world.now() + 1.1 * POLL);
      expect(recorded(world)).toEqual(["a.jpg", "b.jpg"]);
      expect(jobs()).toEqual([{ job: "list", instance: one.id, poll: true }]);
    },
  );
});

describe("a sweep in parts", () => {
  it("one row of the first fifty cannot be read → the instances after them are swept all the same", async () => {
    const { instances } = world.context;
    const first = await connect(world, account);
    const idle = { ...aDraft({ account: "dbid:idle" }), status: "paused" as const };
    for (let n = 0; n < 50; n += 1) storedOf(await instances.create(idle, {}));
    const last = await connect(world, account);
    await world.backend.command(["HSET", `relay:instance:${Number(first.id) + 3}`, "row", "garbage"]);
    account.files.addFile("/a.jpg", "x");
    storedOf(await instances.setStatus(first.id, "paused"));
    await world.sweep();
    await world.settle();
    expect(last.id).toBe("52");
    expect(recorded(world)).toEqual(["a.jpg"]);
  });
});

/** Replays of many failed files, planned first; and bulk acts where posts go out at a Page's pace. */
import { afterEach, describe, expect, it } from "vitest";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { bulkOf, replayOf } from "../support/bulk.ts";
import { connect } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

const DAY = 86_400_000;
let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

/** So many that the endpoint has refused, in two folders; none of them any more. */
async function refused(inPhotos: number, inPosters: number) {
  world = await createWorld();
  await world.sweep();
  world.advance(60_000);
  world.facebook.fail({ route: "POST /v1/records", status: 400, body: "amount is missing", count: 10_000 });
  world.dropbox.files.addFiles(inPhotos, "/Photos/a-");
  world.dropbox.files.addFiles(inPosters, "/Posters/a-");
  await world.notify();
  world.facebook.faults.clear();
  world.advance(60_000);
}
const names = () => world.facebook.records().map(({ name }) => String(name));

describe("what is dead", () => {
  it("by folder, reason and time → counted with what does not fit, run to its end, the others as they were", async () => {
    await refused(320, 40);
    const id = await person.planned(replayOf({ folder: "/photos", reason: "AMOUNT" }));
    const { bulk } = await person.facts(id);
    expect(bulk).toMatchObject({ state: "ready", found: { looked: 360, meant: 320 } });
    expect(bulk.found.skipped).toEqual({ "does not fit the filter": 40 });
    expect(bulk.found.examples[0]?.reason).toContain("amount is missing");
    const late = await person.planned(replayOf({ since: world.now() }));
    expect((await person.facts(late)).bulk.found.meant).toBe(0);
    await person.start(id);
    await world.settle();
    expect(names()).toHaveLength(320);
    expect(world.facebook.doubles()).toEqual([]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 320, done: 320 });
    expect(await world.counts()).toMatchObject({ dead: 40, due: 0 });
  });

  it("left out by the rules of today → not sent, and the rule is named", async () => {
    await refused(3, 2);
    Object.assign(world.context.services.links[0] ?? {}, {
      rules: { include: [], exclude: ["posters/**"], extensions: [], sizeMaxBytes: 1e9 },
    });
    const id = await person.planned(replayOf());
    expect((await person.facts(id)).bulk.found).toMatchObject({ meant: 3, skipped: { "EXCLUDE: posters/**": 2 } });
    await person.start(id);
    await world.settle();
    expect(names()).toHaveLength(3);
  });

  it("refused again while it runs → dead once more, counted as failed, and not tried over and over", async () => {
    await refused(60, 0);
    const id = await person.planned(replayOf());
    world.facebook.fail({ route: "POST /v1/records", status: 400, count: 10_000 });
    await person.start(id);
    await world.settle();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 60, failed: 60, done: 0 });
    world.facebook.faults.clear();
    const again = await person.planned(replayOf());
    await person.start(again);
    await world.settle();
    // Those of the former act count in the new one alone.
    expect((await person.facts(id)).bulk).toMatchObject({ failed: 60, done: 0 });
    expect((await person.facts(again)).bulk).toMatchObject({ state: "done", done: 60 });
  });

  it("the first ones dead again before the last are replayed → each tried once, for they ended after it began", async () => {
    await refused(300, 0);
    const id = await person.planned(replayOf());
    world.facebook.fail({ route: "POST /v1/records", status: 400, count: 10_000 });
    await person.start(id);
    world.advance(1_000);
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    const { acts } = link.desk;
    let isFirst = true;
    link.desk.acts = {
      ...acts,
      async replayIn(...asked) {
        const moved = await acts.replayIn(...asked);
        if (isFirst) await world.run({ job: { job: "drain", instance: link.id } });
        isFirst = false;
        return moved;
      },
    };
    await world.settle();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 300, failed: 300 });
    expect(await world.counts()).toMatchObject({ dead: 300, due: 0 });
  });

  it("its process dies half way → the message that comes again goes on, each once, all counted", async () => {
    await refused(300, 0);
    const id = await person.planned(replayOf());
    await person.start(id);
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    const { acts } = link.desk;
    let calls = 0;
    link.desk.acts = {
      ...acts,
      async replayIn(...asked) {
        calls += 1;
        const moved = await acts.replayIn(...asked);
        if (calls === 3) throw new Error("killed");
        return moved;
      },
    };
    await expect(person.job(id)).rejects.toThrow("killed");
    world.restart();
    world.advance(30_000);
    await person.job(id, true);
    await world.settle();
    expect(names()).toHaveLength(300);
    expect(world.facebook.doubles()).toEqual([]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 300, done: 300 });
  });

  it("called off before any is tried → dead as before, with their reasons, and due no more", async () => {
    await refused(120, 0);
    const id = await person.planned(replayOf());
    await person.start(id);
    await person.job(id);
    expect(await world.counts()).toMatchObject({ due: 120, dead: 0 });
    await person.cancel(id);
    await person.job(id);
    await world.settle();
    expect(await world.counts()).toMatchObject({ due: 0, dead: 120 });
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 120, takenOut: 120 });
    expect(names()).toEqual([]);
    const again = await person.planned(replayOf({ reason: "amount is missing" }));
    expect((await person.facts(again)).bulk.found.meant).toBe(120);
  });
});

describe("on a Page", () => {
  async function page(env: Record<string, string>, pictures: number) {
    world = await createWorld({ page: {}, env: { PAGE_ALBUM_MAX: "1", ...env } });
    for (let n = 0; n < pictures; n += 1) world.dropbox.files.addFile(`/inbox/old ${n}.png`, pictureOf(n, 24, 18));
    world.advance(600_000);
    await world.sweep();
    world.advance(60_000);
  }

  it("three posts a day → planned in days; each posted once, a new one before those that wait; few commands a post", async () => {
    await page({ PAGE_POSTS_PER_DAY: "3" }, 10);
    const id = await person.planned();
    const { bulk, time, cost } = await person.facts(id);
    expect(bulk.found.meant).toBe(10);
    // Three today, and seven on the three days after.
    expect(time).toEqual({ ms: 3 * DAY, by: "posts", isAssumed: false });
    const before = await world.backend.billedCommands();
    await person.start(id);
    const began = world.now();
    await world.runUntil(began + DAY / 2);
    const half = await person.facts(id);
    expect(half.bulk).toMatchObject({ state: "running", done: 3 });
    expect(half.waiting).toBe(7);
    expect(half.time).toMatchObject({ by: "posts" });
    world.dropbox.files.addFile("/inbox/new.png", pictureOf(99, 24, 18));
    await world.notify();
    await world.settle();
    expect(world.graph.posts()).toHaveLength(11);
    expect(world.graph.doubles()).toEqual([]);
    expect(
      world.graph
        .posts()
        .map(({ message }) => message)
        .indexOf("new"),
    ).toBeLessThan(8);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", done: 10 });
    expect((await world.backend.billedCommands()) - before).toBeLessThanOrEqual((cost?.commands ?? 0) * 1.2);
  });

  it("deleted while it waits for its day → never posted, and the act ends all the same", async () => {
    await page({ PAGE_POSTS_PER_DAY: "1", PAGE_ON_DELETE: "delete" }, 3);
    const id = await person.planned();
    await person.start(id);
    await world.runUntil(world.now() + 60_000);
    expect(world.graph.posts()).toHaveLength(1);
    world.dropbox.files.deletePath("/inbox/old 2.png");
    await world.notify();
    await world.settle();
    expect(world.graph.posts()).toHaveLength(2);
    expect(await person.facts(id)).toMatchObject({ bulk: { state: "done", put: 3, done: 2 }, waiting: 0, replaced: 1 });
  });

  it("unclear ones looked for again, Facebook telling no more than before → unclear as they were, nothing posted", async () => {
    await page({ PAGE_POSTS_PER_DAY: "0" }, 0);
    // Facebook takes the second of two texts for the first one again, and nobody can tell whether it is there.
    for (const name of ["Report.pdf", "Report.docx"]) {
      world.dropbox.files.addFile(`/inbox/${name}`, name);
      await world.notify();
    }
    await world.settle();
    expect(await world.counts()).toMatchObject({ unclear: 1, due: 0 });
    const id = await person.planned(replayOf({ state: "unclear" }));
    expect((await person.facts(id)).bulk.found).toMatchObject({ looked: 1, meant: 1 });
    await person.start(id);
    await world.settle();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 1, unclear: 1, done: 0 });
    expect(world.graph.posts()).toHaveLength(1);
    expect(await world.counts()).toMatchObject({ unclear: 1, due: 0 });
  });
});

describe("several destinations", () => {
  it("an instance with two → each file once in both; called off, none is in one of them alone", async () => {
    world = await createWorld({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    account.files.addFiles(40, "/old-");
    world.advance(600_000);
    const url = "http://sandbox.test/facebook/v1/records";
    const records = (id: string) => ({ kind: "records" as const, id, url });
    const instance = await connect(world, account, { destinations: [records("records"), records("second")] });
    await world.context.instances.change(instance.id, { secrets: { second: { token: world.env.FACEBOOK_API_KEY } } });
    await world.settle();
    const id = await person.planned({ kind: "backfill", which: "all", folder: "" }, instance.id);
    await person.start(id);
    await person.job(id);
    expect((await person.facts(id)).bulk.put).toBe(80);
    const link = await world.context.services.stored?.one(instance.id);
    // One has begun at the second destination.
    await link?.more?.[0]?.outbox.settleAndClaim({
      settleToken: "",
      claimToken: "w",
      now: world.now(),
      limit: 1,
      credential: "k",
      settlements: [],
      hold: null,
    });
    await person.cancel(id);
    await person.job(id);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 80, takenOut: 78 });
    world.advance(31_000);
    await world.sweep();
    await world.settle();
    const again = await person.planned({ kind: "backfill", which: "all", folder: "" }, instance.id);
    expect((await person.facts(again)).bulk.found).toMatchObject({ meant: 39, already: 1 });
    await person.start(again);
    await world.settle();
    expect((await person.facts(again)).bulk).toMatchObject({ state: "done", put: 78 });
  });
});

/** Bulk acts whose instance, or what is dead there, is another one than the plan was made of: no more is sent than it showed. */
import { afterEach, describe, expect, it } from "vitest";
import type { Instance } from "@/lib/core/instance.ts";
import { bulkView } from "@/lib/dashboard/bulk-view.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { ALL, bulkOf, replayOf } from "../support/bulk.ts";
import { connect, notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

/** An instance whose folder held so many files before it. */
async function stored(files: number, changes: Parameters<typeof connect>[2] = {}) {
  world = await createWorld({ accounts: 1 });
  const [account] = world.accounts as [Dropbox];
  account.files.addFiles(files, "/old-");
  world.advance(600_000);
  const instance = await connect(world, account, changes);
  return { account, instance };
}
const edit = (instance: Instance, by: (one: Instance) => Partial<Instance>) =>
  world.context.instances.change(instance.id, { edit: (one) => ({ ...one, ...by(one) }) });
const state = async (id: string) => (await person.facts(id)).bulk;

/** Before Dropbox answers the n-th of the listing calls that come now. */
function atListing(account: Dropbox, nth: number, act: () => Promise<unknown>) {
  const { handle } = account;
  let calls = 0;
  account.handle = async (request) => {
    if (new URL(request.url).pathname.includes("list_folder")) {
      calls += 1;
      if (calls === nth) await act();
    }
    return handle(request);
  };
}
const records = { kind: "records" as const, url: "http://sandbox.test/facebook/v1/records", width: 16 };

describe("changed between the plan and its start", () => {
  it.each<[string, (one: Instance) => Partial<Instance>]>([
    ["the rules", ({ rules }) => ({ rules: { ...rules, include: [] } })],
    ["the folder", () => ({ folder: "/other" })],
    ["a destination more", ({ destinations }) => ({ destinations: [...destinations, { ...records, id: "two" }] })],
  ])("%s → it is not started, and its page says to plan again; planned again → it can be", async (_, by) => {
    const { instance } = await stored(40, { rules: { include: ["old-000001.jpg"] } });
    const id = await person.planned(ALL, instance.id);
    expect((await state(id)).found.meant).toBe(1);
    await edit(instance, by);
    await world.settle();
    expect(await person.start(id)).toEqual({ kind: "changed", id });
    const { headline, start } = bulkView(await person.facts(id));
    expect([headline.why, start]).toEqual([expect.stringContaining("plan it again"), null]);
    await world.settle();
    expect(recorded(world)).toEqual([]);
    const again = await person.planned(ALL, instance.id);
    expect(again).not.toBe(id);
    expect((await person.facts(again)).asPlanned).toBe(true);
  });

  it("its name and what is tagged alone → started as planned", async () => {
    const { instance } = await stored(3);
    const id = await person.planned(ALL, instance.id);
    await edit(instance, () => ({ name: "Another", tags: ["harbour"] }));
    expect(await person.start(id)).toEqual({ kind: "done", id });
    await world.settle();
    expect(recorded(world)).toHaveLength(3);
  });

  it("while it is paused, then started and let go on → called off with the reason, and nothing is sent", async () => {
    const { instance } = await stored(40, { rules: { include: ["old-000001.jpg"] } });
    const id = await person.planned(ALL, instance.id);
    await edit(instance, ({ rules }) => ({ status: "paused", rules: { ...rules, include: [] } }));
    expect(await person.start(id)).toEqual({ kind: "done", id });
    await world.settle();
    await edit(instance, () => ({ status: "active" }));
    await world.sweep();
    await world.settle();
    expect(await state(id)).toMatchObject({
      state: "cancelled",
      put: 0,
      reason: expect.stringContaining("plan it again"),
    });
    expect(recorded(world)).toEqual([]);
  });
});

describe("changed while it is worked on", () => {
  it.each([
    ["the first", 700, 1],
    ["the last", 700, 2],
    ["the only", 60, 1],
  ])(
    "another folder at %s step → what was put in is taken out, nothing is sent, its page says why",
    async (_, files, nth) => {
      const { instance, account } = await stored(files);
      const id = await person.planned(ALL, instance.id);
      await person.start(id);
      atListing(account, nth, () => edit(instance, () => ({ folder: "/right" })));
      await person.job(id);
      expect(await state(id)).toMatchObject({ state: "cancelled", reason: expect.stringContaining("plan it again") });
      expect(bulkView(await person.facts(id)).headline.why).toMatch(/plan it again\.$/);
      await world.settle();
      expect(recorded(world)).toEqual([]);
    },
  );

  it("other rules while it counts → called off with the reason; planned again → by these alone", async () => {
    const { instance, account } = await stored(700);
    const id = await person.ask(ALL, instance.id);
    atListing(account, 1, () => edit(instance, ({ rules }) => ({ rules: { ...rules, include: ["old-000001.jpg"] } })));
    await person.job(id);
    expect(await state(id)).toMatchObject({ state: "cancelled", reason: expect.stringContaining("plan it again") });
    const again = await person.planned(ALL, instance.id);
    expect((await state(again)).found).toMatchObject({ looked: 700, meant: 1 });
  });

  it("paused at its first step → waits there; let go on → to its end, each once", async () => {
    const { instance, account } = await stored(700);
    const id = await person.planned(ALL, instance.id);
    await person.start(id);
    atListing(account, 1, () => edit(instance, () => ({ status: "paused" })));
    await person.job(id);
    expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "running", put: 0 });
    await edit(instance, () => ({ status: "active" }));
    await world.sweep();
    await world.settle();
    expect(await state(id)).toMatchObject({ state: "done", done: 700 });
    expect(world.facebook.doubles()).toEqual([]);
  });
});

it("put in whole, then other rules → it goes on to its end, and its page says how far it is", async () => {
  const { instance } = await stored(40);
  const id = await person.planned(ALL, instance.id);
  world.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 600, count: 1 });
  await person.start(id);
  await person.job(id);
  await edit(instance, ({ rules }) => ({ rules: { ...rules, include: ["none"] } }));
  const facts = await person.facts(id);
  expect([facts.bulk.isListed, facts.asPlanned]).toEqual([true, false]);
  expect(bulkView(facts).headline.sentence).toMatch(/ of 40 files through/);
  await world.settle();
  await world.sweep();
  expect(await state(id)).toMatchObject({ state: "done", done: 40 });
});

describe("a replay", () => {
  it("more die between its plan and its start → those that it showed, and no others", async () => {
    world = await createWorld();
    await world.sweep();
    world.advance(60_000);
    world.facebook.fail({ route: "POST /v1/records", status: 400, body: "amount is missing", count: 10_000 });
    world.dropbox.files.addFiles(3, "/a-");
    await world.notify();
    const id = await person.planned(replayOf());
    expect((await state(id)).found.meant).toBe(3);
    world.advance(60_000);
    world.dropbox.files.addFiles(30, "/b-");
    await world.notify();
    world.facebook.faults.clear();
    await person.start(id);
    await world.settle();
    expect(recorded(world).sort()).toEqual(["a-000001.jpg", "a-000002.jpg", "a-000003.jpg"]);
    expect(await world.counts()).toMatchObject({ dead: 30, due: 0 });
  });

  /** An instance of two destinations, the second of which refused every file. */
  async function refused(files: number) {
    const two = { ...records, id: "two" };
    const { instance, account } = await stored(0, { destinations: [{ ...records, id: "records" }, two] });
    await world.context.instances.change(instance.id, { secrets: { two: { token: world.env.FACEBOOK_API_KEY } } });
    world.facebook.fail({ route: "POST /v1/records", status: 400, body: "no", count: 10_000 });
    account.files.addFiles(files, "/new-");
    await notify(world, account);
    await world.settle();
    world.facebook.faults.clear();
    const remove = () => edit(instance, ({ destinations: [first] }) => ({ destinations: first ? [first] : [] }));
    return { instance, at: `${instance.id}.two`, remove };
  }

  it("its destination removed between plan and start → it is not started, and its page says to plan again", async () => {
    const { at, remove } = await refused(3);
    const id = await person.planned(replayOf(), at);
    expect((await state(id)).found.meant).toBe(3);
    await remove();
    expect(await person.start(id)).toEqual({ kind: "changed", id });
    const { headline, start } = bulkView(await person.facts(id));
    expect([headline.why, start]).toEqual([expect.stringContaining("plan it again"), null]);
  });

  it("its instance paused between plan and start → it can be started, and waits", async () => {
    const { at, instance } = await refused(3);
    const id = await person.planned(replayOf(), at);
    await edit(instance, () => ({ status: "paused" }));
    expect(bulkView(await person.facts(id)).headline.sentence).toMatch(/does not run now/);
    expect(await person.start(id)).toEqual({ kind: "done", id });
    await world.settle();
    await world.sweep();
    await world.settle();
    expect(await state(id)).toMatchObject({ state: "running", put: 0 });
  });

  it("its destination removed while it runs → called off by the next sweep, with the reason, and no longer looked after", async () => {
    const { at, remove } = await refused(3);
    const id = await person.planned(replayOf(), at);
    await person.start(id);
    world.messages.length = 0; // its job is lost
    await remove();
    expect(bulkView(await person.facts(id)).headline.sentence).toMatch(/called off/);
    await world.sweep();
    await world.settle();
    const { headline } = bulkView(await person.facts(id));
    expect(headline.why).toMatch(/plan it again\.$/);
    expect(await state(id)).toMatchObject({ state: "cancelled", done: 0 });
    expect((await world.context.services.bulks.open(10)).map((one) => one.id)).not.toContain(id);
    expect(recorded(world)).toEqual([]);
  });

  it("called off by a person, then its destination removed → over for that reason, whatever sweeps find later", async () => {
    const { at, remove } = await refused(3);
    const id = await person.planned(replayOf(), at);
    await person.start(id);
    await person.cancel(id);
    await remove();
    await world.settle();
    await world.sweep();
    await world.settle();
    expect(await state(id)).toMatchObject({ state: "cancelled", reason: "" });
    expect((await world.context.services.bulks.open(10)).map((one) => one.id)).not.toContain(id);
  });

  it("its destination removed while it counts → the plan is discarded, with the reason", async () => {
    const { at, remove } = await refused(3);
    const id = await person.ask(replayOf(), at);
    await remove();
    await world.settle();
    expect(await state(id)).toMatchObject({ state: "cancelled", reason: expect.stringContaining("plan it again") });
    expect((await world.context.services.bulks.open(10)).map((one) => one.id)).not.toContain(id);
  });

  it("its destination removed when all of it had ended, before a sweep saw that → done, not called off", async () => {
    const { at, remove } = await refused(3);
    const id = await person.planned(replayOf(), at);
    await person.start(id);
    await world.settle();
    expect(recorded(world).sort()).toHaveLength(3);
    await remove();
    expect((await state(id)).state).toBe("done");
    await world.sweep();
    await world.settle();
    expect(await state(id)).toMatchObject({ state: "done", done: 3, reason: "" });
    expect((await world.context.services.bulks.open(10)).map((one) => one.id)).not.toContain(id);
  });
});

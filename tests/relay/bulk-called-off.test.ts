/** Bulk acts that are called off while their instance is another one than it was when they were planned. */
import { afterEach, describe, expect, it } from "vitest";
import { monthOf } from "@/lib/core/cost.ts";
import type { DestinationSettings, Instance } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { ALL, bulkOf, replayOf } from "../support/bulk.ts";
import { connect, notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

const url = "http://sandbox.test/facebook/v1/records";
const two = { kind: "records", id: "two", url, width: 16 } as const;

/** An instance whose folder held so many files before it, and a backfill of them that was put in and is not delivered yet. */
async function putIn(files: number, changes: Parameters<typeof connect>[2] = {}) {
  world = await createWorld({ accounts: 1 });
  const [account] = world.accounts as [Dropbox];
  account.files.addFiles(files, "/old-");
  world.advance(600_000);
  const instance = await connect(world, account, changes);
  const id = await person.planned(ALL, instance.id);
  await person.start(id);
  await person.job(id);
  world.messages.length = 0;
  return { id, instance };
}
const edit = (instance: Instance, destinations: (all: DestinationSettings[]) => DestinationSettings[]) =>
  world.context.instances.change(instance.id, {
    edit: (one) => ({ ...one, destinations: destinations(one.destinations) }),
    secrets: { two: { token: world.env.FACEBOOK_API_KEY } },
  });
async function allBegins() {
  await world.settle();
  world.advance(300_000);
  await world.sweep();
  await world.settle();
}

describe("called off", () => {
  it("a destination is added while it waits → nothing of it is sent, and a later backfill takes all of it", async () => {
    const { id, instance } = await putIn(60);
    await edit(instance, (all) => [two, ...all]);
    world.messages.length = 0;
    await person.cancel(id);
    await allBegins();
    expect(recorded(world)).toEqual([]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 60, takenOut: 60 });
    const again = await person.planned(ALL, instance.id);
    expect((await person.facts(again)).bulk.found).toMatchObject({ meant: 60, already: 0 });
  });

  it("the first of two is removed while it waits → taken out of both, and nothing goes to it when it is back", async () => {
    const { id, instance } = await putIn(60, { destinations: [{ kind: "records", id: "records", url }, two] });
    await edit(instance, (all) => all.filter((one) => one.id === "two"));
    world.messages.length = 0;
    await person.cancel(id);
    await allBegins();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 120, takenOut: 120 });
    await edit(instance, (all) => [...all, { ...two, id: "records" }]);
    await allBegins();
    expect(recorded(world)).toEqual([]);
  });

  it("delivered by one of two, which has forgotten it since → taken out of none", async () => {
    const { id, instance } = await putIn(3, { destinations: [{ kind: "records", id: "records", url }, two] });
    const [first] =
      (await world.context.services.stored
        ?.one(instance.id)
        .then((link) => link?.bulk.inspection(`${instance.id}_two`).page("backfill", null, 1, false))) ?? [];
    // As after ten thousand others.
    await world.backend.command(["ZREM", `relay:d:${instance.id}_two:due:backfill`, `${first?.id}`]);
    await world.backend.command(["HDEL", `relay:d:${instance.id}_two:deliveries`, `${first?.id}`]);
    await person.cancel(id);
    await person.job(id);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 6, takenOut: 4 });
  });

  it("another Page was chosen, and a part brought along there → taken out of both, nothing is posted", async () => {
    const page = { kind: "page", id: "page", pageId: "701" } as const;
    const { id, instance } = await putIn(130, { destinations: [page] });
    await edit(instance, (all) => all.map((one) => (one.kind === "page" ? { ...one, pageId: "702" } : one)));
    world.messages.length = 0;
    const link = await world.context.services.stored?.one(instance.id);
    await link?.former?.[0]?.move(world.now());
    const waits = async (of: string) =>
      world.backend.command(["ZCARD", `relay:d:${instance.id}_page_${of}:due:backfill`]);
    expect([await waits("701"), await waits("702")].map(Number)).toEqual([80, 50]);
    await person.cancel(id);
    await person.job(id);
    expect([await waits("701"), await waits("702")].map(Number)).toEqual([0, 0]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 130, takenOut: 130 });
  });
});

describe("called off while nothing goes on", () => {
  const status = (instance: Instance, to: Instance["status"]) =>
    world.context.instances.change(instance.id, { edit: (one) => ({ ...one, status: to }) });

  it("its instance is paused → taken out at once; let go on → nothing of it is sent", async () => {
    const { id, instance } = await putIn(60);
    await status(instance, "paused");
    await person.cancel(id);
    await world.settle();
    expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "cancelled", takenOut: 60 });
    await status(instance, "active");
    await allBegins();
    expect(recorded(world)).toEqual([]);
  });

  it("a replay, its instance is paused → dead as before; let go on → not tried again", async () => {
    world = await createWorld({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    const instance = await connect(world, account);
    world.facebook.fail({ route: "POST /v1/records", status: 400, body: "amount is missing", count: 10_000 });
    account.files.addFiles(3, "/a-");
    await notify(world, account);
    world.facebook.faults.clear();
    const id = await person.planned(replayOf(), instance.id);
    await person.start(id);
    await person.job(id);
    world.messages.length = 0;
    await status(instance, "paused");
    await person.cancel(id);
    await world.settle();
    expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "cancelled", put: 3, takenOut: 3 });
    await status(instance, "active");
    await allBegins();
    expect(recorded(world)).toEqual([]);
    expect(Number(await world.backend.command(["ZCARD", `relay:d:${instance.id}_records:dead`]))).toBe(3);
  });

  it.each(["kept", "lost"])(
    "the cap on the cost is reached, its job is %s → taken out; below it → nothing is sent",
    async (job) => {
      world = await createWorld({ env: { MONTHLY_COST_CAP_USD: `${100 * 0.00001}` } });
      world.dropbox.files.addFiles(60, "/old-");
      world.advance(600_000);
      await world.sweep();
      const id = await person.planned();
      await person.start(id);
      await person.job(id);
      const month = monthOf(world.now());
      await world.backend.command(["HSET", "relay:use", `${month.name}:messages`, "100"]);
      world.advance(61_000);
      await person.cancel(id);
      if (job === "lost") {
        world.messages.length = 0;
        await world.sweep();
      }
      await world.settle();
      expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "cancelled", takenOut: 60 });
      world.advance(month.until - world.now());
      await allBegins();
      expect(recorded(world)).toEqual([]);
    },
  );

  it("the cap is reached while it is put in → nothing is, until it is over", async () => {
    world = await createWorld({ env: { MONTHLY_COST_CAP_USD: `${100 * 0.00001}` } });
    world.dropbox.files.addFiles(60, "/old-");
    world.advance(600_000);
    await world.sweep();
    const id = await person.planned();
    await person.start(id);
    const month = monthOf(world.now());
    await world.backend.command(["HSET", "relay:use", `${month.name}:messages`, "100"]);
    world.advance(61_000);
    await allBegins();
    expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "running", put: 0 });
    world.advance(month.until - world.now());
    await allBegins();
    expect(recorded(world)).toHaveLength(60);
  });
});

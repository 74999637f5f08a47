/** Bulk acts that are called off while their instance is another one than it was when they were planned. */
import { afterEach, describe, expect, it } from "vitest";
import type { DestinationSettings, Instance } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { ALL, bulkOf } from "../support/bulk.ts";
import { connect, recorded } from "../support/instances.ts";
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

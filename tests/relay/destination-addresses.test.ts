/** What was made for one destination of several, and is used after another one was taken out. */
import { afterEach, expect, it } from "vitest";
import { findLink } from "@/lib/relay/find-link.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { bulkOf, replayOf } from "../support/bulk.ts";
import { aDraft, notify, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());
const records = (id: string) => ({
  ...{ kind: "records" as const, id, url: "http://sandbox.test/facebook/v1/records", width: 16 },
});

/** Five files, dead at each of three destinations. */
async function three() {
  world = await createWorld({ accounts: 1 });
  const [account] = world.accounts as [Dropbox];
  const token = world.env.FACEBOOK_API_KEY;
  const made = await world.context.instances.create(
    aDraft({ account: account.accountId, destinations: [records("one"), records("two"), records("three")] }),
    { source: { refreshToken: account.refreshToken }, one: { token }, two: { token }, three: { token } },
  );
  const { id } = storedOf(made).instance;
  await world.settle();
  world.advance(60_000);
  world.facebook.fail({ route: "POST /v1/records", status: 400, body: "amount is missing", count: 10_000 });
  account.files.addFiles(5, "/a-");
  await notify(world, account);
  await world.settle();
  world.facebook.faults.clear();
  return id;
}
const without = (id: string, destination: string) =>
  world.context.instances.change(id, {
    edit: (one) => ({ ...one, destinations: one.destinations.filter((to) => to.id !== destination) }),
  });
const dead = (id: string) =>
  Promise.all(
    ["two", "three"].map(async (to) => Number(await world.backend.command(["ZCARD", `relay:d:${id}_${to}:dead`]))),
  );

it("a replay planned for the second, then the first is taken out → the second's are replayed, the third's are not", async () => {
  const id = await three();
  const plan = await person.planned(replayOf(), `${id}.two`);
  await without(id, "one");
  await world.settle();
  await person.start(plan);
  await world.settle();
  expect(await dead(id)).toEqual([0, 5]);
});

it("a replay planned for the second, then that is taken out → nobody's are replayed", async () => {
  const id = await three();
  const plan = await person.planned(replayOf(), `${id}.two`);
  await without(id, "two");
  await world.settle();
  await person.start(plan);
  await world.settle();
  expect(await dead(id)).toEqual([5, 5]);
});

it("an address of the second, then that is taken out → it leads nowhere, not to the third", async () => {
  const id = await three();
  expect((await findLink(world.context, `${id}.two`))?.address).toBe(`${id}.two`);
  await without(id, "two");
  expect(await findLink(world.context, `${id}.two`)).toBeNull();
  expect((await findLink(world.context, `${id}.three`))?.address).toBe(`${id}.three`);
  expect((await findLink(world.context, id))?.address).toBe(`${id}.one`);
});

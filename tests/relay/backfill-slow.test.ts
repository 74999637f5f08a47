/** A backfill whose files were moved by the time it runs, and Dropbox takes its time to tell of each. */
import { afterEach, expect, it } from "vitest";
import { bulkOf } from "../support/bulk.ts";
import { recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

it("200 ms for each of 300 moved files, twice what a lease lasts → put in by one job, each asked about once and published once", async () => {
  world = await createWorld();
  for (let n = 0; n < 300; n += 1) world.dropbox.files.addFile(`/old/${n}.jpg`, "x");
  world.advance(600_000);
  await world.sweep();
  const id = await person.planned();
  world.dropbox.files.renameFile("/old", "/new");
  await person.start(id);
  const { dropbox } = world.context.services;
  const { getMetadata } = dropbox;
  let asked = 0;
  dropbox.getMetadata = async (...of) => {
    asked += 1;
    world.advance(200);
    return getMetadata(...of);
  };
  await person.job(id);
  expect(asked).toBe(300);
  expect((await person.facts(id)).bulk).toMatchObject({ put: 300, looked: 300, isListed: true });
  await world.settle();
  expect(new Set(recorded(world)).size).toBe(300);
  expect(world.facebook.doubles()).toEqual([]);
});

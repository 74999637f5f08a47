/** The allowance of calls, told by any answer: nothing is asked once it is as good as used up. */
import { afterEach, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World } from "../support/world.ts";

const MINUTE = 60_000;
let world: World;
afterEach(() => world.close());

it("95 % told by the answer to an upload → no post for a quarter of an hour, then that upload is shown", async () => {
  world = await createWorld({ page: {} });
  await world.sweep();
  world.advance(MINUTE);
  world.graph.usage.set({ business: 95 });
  world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
  await world.notify();
  expect(world.graph.requests("POST /{page}/feed")).toBe(0);
  const told = world.now();
  world.graph.usage.set({ business: 10 });
  await world.runUntil(told + 14 * MINUTE);
  expect(world.graph.requests("POST /{page}/feed")).toBe(0);
  await world.settle();
  expect(world.graph.posts()).toHaveLength(1);
  expect(world.graph.photos()).toHaveLength(1);
  expect(world.now()).toBeGreaterThanOrEqual(told + 15 * MINUTE);
});

it("throttled when the Page's token is asked for, with an estimate → nothing before it is over", async () => {
  world = await createWorld({ page: {} });
  await world.sweep();
  world.advance(MINUTE);
  world.graph.fail({ route: "GET /{page}", error: "pageLimit", regainMinutes: 40, count: 1 });
  world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
  await world.notify();
  await world.settle();
  expect(world.graph.posts()).toHaveLength(1);
  expect(world.graph.requestsIntoHold()).toBe(0);
});

/** What an open setup page asks: whether something was found out, and whether the test notification has arrived. */
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { Context } from "@/lib/relay/context.ts";
import { readMark } from "@/lib/relay/read-mark.ts";
import { arrivalOf, setupMark } from "@/lib/relay/read-setup-mark.ts";
import { tryNotification } from "@/lib/relay/try-notification.ts";
import { startSetupChecks } from "@/lib/setup/checklist.ts";
import { createCheckup } from "@/lib/setup/checkup.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let context: Context;
afterEach(() => world.close());

/** In which a look at the checks waits for their answers: the world's own sleep only moves its clock. */
async function setUp() {
  world = await createWorld();
  const { setup } = world.context;
  const sleep = async (ms: number) => void (await wait(ms, undefined, { ref: false }));
  context = { ...world.context, checkup: createCheckup(() => startSetupChecks(setup), { now: world.now, sleep }) };
}

/** After the time between two runs of the checks. */
function mark(test: number | null = null): Promise<string> {
  world.advance(16_000);
  return readMark(context, { test });
}

it("nothing happens → the same; the endpoint refuses the key, then takes it again → another, then the first", async () => {
  await setUp();
  const first = await mark();
  expect(await mark()).toBe(first);
  world.facebook.fail({ route: "GET /v1/records", status: 401, count: 1 });
  expect(await mark()).not.toBe(first);
  expect(await mark()).toBe(first);
});

it("the page as it was shown, nothing new since → its own mark", async () => {
  await setUp();
  const shown = setupMark(await context.checkup.look(0), null, world.now());
  expect(await mark()).toBe(shown);
});

it("a notification on its way → another mark once it led to a listing, another when it should have and did not", async () => {
  await setUp();
  await world.notify();
  const sentAt = world.now() + 10_000;
  const onItsWay = await mark(sentAt);
  expect(await arrivalOf(context, sentAt)).toBeNull();
  const late = await mark(sentAt);
  expect(late).not.toBe(onItsWay);
  await world.notify();
  const arrived = await mark(sentAt);
  expect([onItsWay, late]).not.toContain(arrived);
  expect(await arrivalOf(context, sentAt)).toBeGreaterThanOrEqual(sentAt);
});

it("Redis cannot be asked while a test notification is sent → it is sent all the same, and nothing is said to have arrived", async () => {
  world = await createWorld();
  const setup = { ...world.context.setup, heard: () => Promise.reject(new Error("down")) };
  setup.fetch = async () => {
    world.advance(9_000);
    return new Response();
  };
  expect(await tryNotification({ ...world.context, setup }, { kind: "dashboard" })).toMatchObject({ status: 200 });
  expect(await arrivalOf({ setup }, 0)).toBeNull();
});

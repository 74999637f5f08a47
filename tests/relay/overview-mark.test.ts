/** What an open overview asks for all day: whether there is anything new. It must miss nothing one would look for, and be cheap. */
import { afterEach, expect, it } from "vitest";
import { readMark } from "@/lib/relay/read-mark.ts";
import { readOverview, SHOWN_MAX } from "@/lib/relay/read-overview.ts";
import { connect, notify } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());
const mark = () => readMark(world.context, { after: null });

it("nothing happens → the same; a file delivered, one that waits, a hold, a failure, a pause → each time another", async () => {
  world = await createWorld();
  const { id } = await connect(world, world.dropbox);
  const marks = [await mark()];
  const changes = async () => {
    const next = await mark();
    expect(marks).not.toContain(next);
    marks.push(next);
    expect(await mark()).toBe(next);
  };
  expect(await mark()).toBe(marks[0]);
  world.dropbox.files.addFile("/a.jpg", "a");
  await notify(world, world.dropbox);
  await changes();
  world.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 600, count: 1 });
  world.dropbox.files.addFile("/b.jpg", "b");
  await notify(world, world.dropbox);
  await changes();
  // The hold alone, as when a person gives another key.
  const [hold] = (await world.backend.command(["KEYS", "relay:hold:*"])) as unknown as string[];
  await world.backend.command(["DEL", hold ?? ""]);
  await changes();
  await world.settle();
  await changes();
  world.facebook.fail({ route: "POST /v1/records", status: 400, body: "no", count: 1 });
  world.dropbox.files.addFile("/c.jpg", "c");
  await notify(world, world.dropbox);
  await world.settle();
  await changes();
  await world.context.instances.setStatus(id, "paused");
  await changes();
});

it("as many instances as are shown → a look takes at most a quarter of what the numbers take, and three requests", async () => {
  world = await createWorld();
  for (let n = 0; n < SHOWN_MAX; n += 1) await connect(world, world.dropbox, { name: `number ${n}`, folder: `/${n}` });
  const costOf = async (ask: () => Promise<unknown>) => {
    await ask();
    const before = { commands: await world.backend.billedCommands(), requests: world.rest.requests() };
    await ask();
    return [(await world.backend.billedCommands()) - before.commands, world.rest.requests() - before.requests] as const;
  };
  const [commands, requests] = await costOf(mark);
  expect(commands).toBeLessThanOrEqual(3 * (SHOWN_MAX + 1) + SHOWN_MAX + 1);
  expect(requests).toBe(3);
  const [whole] = await costOf(() => readOverview(world.context, null));
  expect(commands).toBeLessThanOrEqual(whole / 4);
});

import { afterEach, expect, it } from "vitest";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

it("cursor of another account under the same Redis → the new account's old files are not published, its next one is", async () => {
  world = await createWorld();
  await world.sweep();
  await world.backend.command(["HSET", "relay:i:env:source", "account", "dbid:somebody-else", "cursor", "theirs"]);
  world.dropbox.files.addFiles(30, "/inbox/old-");
  world.advance(60_000);
  await world.notify();
  expect(world.facebook.records()).toEqual([]);
  world.dropbox.files.addFile("/inbox/new.jpg", "x");
  await world.notify();
  expect(world.facebook.records().map((record) => record.name)).toEqual(["new.jpg"]);
});

it("folder set → only its files are records, whatever its case", async () => {
  world = await createWorld({ env: { DROPBOX_FOLDER: "/Inbox/" } });
  world.dropbox.files.addFile("/inbox/old.jpg", "x");
  world.advance(1000);
  await world.sweep();
  world.dropbox.files.addFile("/inbox/in.jpg", "x");
  world.dropbox.files.addFile("/inbox-2/out.jpg", "x");
  await world.notify();
  expect(world.facebook.records().map((record) => record.name)).toEqual(["in.jpg"]);
});

it("folder missing → said, nothing lost: created later, its files are delivered", async () => {
  world = await createWorld({ env: { DROPBOX_FOLDER: "/later" } });
  await world.sweep();
  expect(world.logged.some((line) => line.includes("pathNotFound"))).toBe(true);
  world.advance(60_000);
  world.dropbox.files.addFile("/later/a.jpg", "x");
  await world.notify();
  expect(world.facebook.records()).toHaveLength(1);
});

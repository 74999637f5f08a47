import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
const start = async (options: WorldOptions = {}) => {
  world = await createWorld(options);
  return world;
};
afterEach(() => world.close());

/** A world that already knows its (empty or old) folder. */
async function following(options: WorldOptions = {}) {
  await start(options);
  await world.sweep();
  world.advance(60_000);
}

describe("first contact", () => {
  it("500 old files + a sweep, then one file dropped and notified → only that file is a record", async () => {
    await start();
    world.dropbox.files.addFiles(500, "/inbox/old-");
    world.advance(1000);
    await world.sweep();
    expect(world.facebook.records()).toHaveLength(0);
    world.advance(5000);
    world.dropbox.files.addFile("/inbox/new.jpg", "new");
    await world.notify();
    expect(world.facebook.records().map((record) => record.name)).toEqual(["new.jpg"]);
  });

  it("old files + a file dropped as the very first contact → the file is a record, the old ones are not", async () => {
    await start();
    world.dropbox.files.addFiles(500, "/inbox/old-");
    world.advance(3_600_000);
    world.dropbox.files.addFile("/inbox/new.jpg", "new");
    world.advance(1500);
    await world.notify();
    await world.settle();
    expect(world.facebook.records().map((record) => record.name)).toEqual(["new.jpg"]);
  });

  it("BACKFILL=all + 500 old files → the new file first, the old ones behind it, each once", async () => {
    await start({ env: { BACKFILL: "all" } });
    world.dropbox.files.addFiles(500, "/inbox/old-");
    world.advance(3_600_000);
    world.dropbox.files.addFile("/inbox/new.jpg", "new");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(501);
    expect(world.facebook.doubles()).toEqual([]);
    const position = world.facebook.records().findIndex((record) => record.name === "new.jpg");
    expect(position).toBeLessThan(50);
  });

  it("an old file edited or renamed after the baseline → not published", async () => {
    await start();
    world.dropbox.files.addFile("/inbox/old.jpg", "1");
    world.advance(1000);
    await world.sweep();
    world.dropbox.files.editFile("/inbox/old.jpg", "2");
    await world.notify();
    world.dropbox.files.renameFile("/inbox/old.jpg", "/inbox/older.jpg");
    await world.notify();
    expect(world.facebook.records()).toEqual([]);
  });
});

describe("files", () => {
  beforeEach(() => following());

  it("three notifications at once for 500 files, repeated and late → 500 records, 500 writes", async () => {
    world.dropbox.files.addFiles(500, "/inbox/photo-");
    await Promise.all([world.notify(), world.notify(), world.notify()]);
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(500);
    expect(world.facebook.writes()).toHaveLength(500);
    expect(await world.counts()).toEqual({ due: 0, claimed: 0, dead: 0, settled: 500, unclear: 0 });
  });

  it("a file → record with the id of the file, status and name", async () => {
    world.dropbox.files.addFile("/inbox/summer.jpg", "x");
    await world.notify();
    const [record] = world.facebook.records();
    expect(record).toMatchObject({ status: "active", name: "summer.jpg" });
    expect(record?.id).toMatch(/^facebook_[A-Za-z0-9_-]+$/);
  });

  it("edit → update of the same record, and 20 quick edits end in the last content", async () => {
    world.dropbox.files.addFile("/inbox/person.json", JSON.stringify({ name: "v0", amount: 0 }));
    await world.notify();
    for (let n = 1; n <= 20; n += 1) {
      world.dropbox.files.editFile("/inbox/person.json", JSON.stringify({ name: `v${n}`, amount: n }));
      if (n % 3 === 0) await world.notify();
    }
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(1);
    expect(world.facebook.records()[0]).toMatchObject({ name: "v20", amount: 20 });
  });

  it("rename → the same record under the new name", async () => {
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    await world.notify();
    world.dropbox.files.renameFile("/inbox/a.jpg", "/inbox/b.jpg");
    await world.notify();
    expect(world.facebook.records().map((record) => record.name)).toEqual(["b.jpg"]);
  });

  it("JSON with email, name, amount and status → in the record; a wrong one → dead, naming the field", async () => {
    const content = { email: "ann@example.com", name: "Ann", amount: "12.50", status: "paid" };
    world.dropbox.files.addFile("/inbox/good.json", JSON.stringify(content));
    world.dropbox.files.addFile("/inbox/bad.json", JSON.stringify({ email: "not an address" }));
    world.dropbox.files.addFile("/inbox/broken.json", "{");
    await world.notify();
    expect(world.facebook.records()).toHaveLength(1);
    expect(world.facebook.records()[0]).toMatchObject({ ...content, amount: 12.5 });
    expect(await world.counts()).toMatchObject({ dead: 2, due: 0 });
    const reasons = world.logged.filter((line) => line.includes('"rejected"')).join();
    expect(reasons).toContain("field email");
    expect(reasons).toContain("not JSON");
  });

  it("a rejected file mended by an edit → delivered", async () => {
    world.dropbox.files.addFile("/inbox/p.json", "{");
    await world.notify();
    world.dropbox.files.editFile("/inbox/p.json", "{}");
    await world.notify();
    expect(world.facebook.records()).toHaveLength(1);
    expect(await world.counts()).toMatchObject({ dead: 0, settled: 1 });
  });

  it("temporary and hidden files → skipped with a reason; renamed to a real name → delivered", async () => {
    world.dropbox.files.addFile("/inbox/a.jpg.part", "x");
    world.dropbox.files.addFile("/inbox/.hidden/b.jpg", "x");
    await world.notify();
    expect(world.facebook.records()).toEqual([]);
    expect(world.logged.filter((line) => line.includes("file.skipped"))).toHaveLength(2);
    world.dropbox.files.renameFile("/inbox/a.jpg.part", "/inbox/a.jpg");
    await world.notify();
    expect(world.facebook.records().map((record) => record.name)).toEqual(["a.jpg"]);
  });

  it("a whole folder deleted, then a file of the same path → a new record, the old one kept", async () => {
    world.dropbox.files.addFile("/trip/a.jpg", "x");
    world.dropbox.files.addFile("/trip/b.jpg", "x");
    await world.notify();
    world.dropbox.files.deletePath("/trip");
    await world.notify();
    const paths = await world.backend.command(["HKEYS", "relay:i:env:paths"]);
    expect(Array.isArray(paths) ? paths.map(String) : paths).toEqual([]);
    world.dropbox.files.addFile("/trip/a.jpg", "y");
    await world.notify();
    expect(world.facebook.records()).toHaveLength(3);
  });

  it("cursor reset → listed whole, nothing doubled, the file dropped meanwhile delivered", async () => {
    world.dropbox.files.addFiles(20, "/inbox/a-");
    await world.notify();
    world.dropbox.resetCursors();
    world.dropbox.files.addFile("/inbox/late.jpg", "x");
    world.advance(10_000);
    await world.notify();
    expect(world.facebook.records()).toHaveLength(21);
    expect(world.facebook.writes()).toHaveLength(21);
  });
});

/** The backfill of a folder that was there before: planned first, then each file once, whatever happens meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COMMANDS_PER_FILE } from "@/lib/core/bulk-estimate.ts";
import { ALL, bulkOf } from "../support/bulk.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

/** A world whose folder held so many files before the relay looked at it. */
async function after(older: number, env: Record<string, string> = {}): Promise<string[]> {
  world = await createWorld({ env });
  const ids = world.dropbox.files.addFiles(older, "/inbox/old-");
  world.advance(600_000);
  await world.sweep();
  world.advance(60_000);
  return ids;
}
const names = () => world.facebook.records().map(({ name }) => String(name));

describe("planned", () => {
  it("old, left out, delivered and new files → each counted for what would become of it, and nothing is sent", async () => {
    await after(12, { EXCLUDE: "**/*.psd", SIZE_MAX_BYTES: "100" });
    world.dropbox.files.addFile("/inbox/now.jpg", "x");
    await world.notify();
    world.dropbox.files.addFile("/inbox/draft.psd", "x");
    world.dropbox.files.addFile("/inbox/large.jpg", "x".repeat(101));
    await world.notify();
    world.dropbox.files.addFile("/inbox/not yet listed.jpg", "x");
    const id = await person.planned();
    const { bulk, time, cost } = await person.facts(id);
    expect(bulk).toMatchObject({ state: "ready", put: 0 });
    expect(bulk.found).toMatchObject({
      looked: 16,
      meant: 12,
      byRules: 0,
      already: 1,
      fresh: 1,
      skipped: { "EXCLUDE: **/*.psd": 1, "SIZE_MAX_BYTES: 100": 1 },
    });
    expect(bulk.found.examples).toHaveLength(5);
    expect(time?.ms).toBeGreaterThan(0);
    expect(cost?.usd).toBeGreaterThan(0);
    expect(names()).toEqual(["now.jpg"]);
  });
});

describe("run", () => {
  it("confirmed → each old file once, behind what is new, and counted", async () => {
    await after(1_200);
    const id = await person.planned();
    expect((await person.facts(id)).bulk.found.meant).toBe(1_200);
    await person.start(id);
    await world.settle();
    expect(names()).toHaveLength(1_200);
    expect(world.facebook.doubles()).toEqual([]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 1_200, done: 1_200, failed: 0 });
  });
});

/** What becomes of a file when Facebook answers each of its errors: the whole relay against the emulated Page. */
import { afterEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

const HOUR = 3_600_000;
let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld({ page: {}, ...options });
  await world.sweep();
  world.advance(60_000);
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
/** Sweeps until nothing is left to do, as they come in days. */
async function atRest(days = 10) {
  for (let hour = 0; hour < days * 24; hour += 1) {
    await world.settle();
    const { due, claimed } = await world.counts();
    if (due + claimed === 0) return;
    world.advance(HOUR);
    await world.sweep();
  }
  throw new Error("something is left to do");
}
/** The log's lines of attempts, oldest first. */
const attempts = () => world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "delivery.attempted");

describe("how long a block holds", () => {
  it.each([
    ["341", [1, 6, 24]],
    ["368/1390008", [24, 48, 72]],
    ["613", [1, 4, 12]],
  ] as const)("%s to the same post three times → waits of %j hours, then posted once", async (error, hours) => {
    await following();
    world.graph.fail({ route: "POST /{page}/feed", error, count: 3 });
    world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
    await world.notify();
    const began = world.now();
    await atRest();
    const waits = attempts().flatMap(({ kind, at, hold }) => (kind === "retryAt" && hold ? [at] : []));
    expect(waits.map((at, n) => Math.round((at - (waits[n - 1] ?? began)) / HOUR))).toEqual(hours);
    expect(posts()).toHaveLength(1);
  });
});

describe("what was uploaded and is no longer there", () => {
  it("held five times, longer in all than an upload lasts → uploaded anew, posted at the first try then", async () => {
    await following();
    world.graph.fail({ route: "POST /{page}/feed", error: "pageLimit", count: 5 });
    world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
    await world.notify();
    await atRest();
    expect(attempts().map(({ kind }) => kind)).toEqual([...Array(5).fill("retryAt"), "delivered"]);
    expect(world.graph.photos()).toHaveLength(2);
    expect(posts()).toHaveLength(1);
  });

  it("said to be missing by the answer to the post → looked for, then uploaded anew", async () => {
    await following();
    world.graph.fail({ route: "POST /{page}/feed", error: "missingObject", count: 1 });
    world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
    await world.notify();
    await atRest();
    expect(attempts().map(({ kind }) => kind)).toEqual(["unclear", "delivered"]);
    expect(world.graph.requests("GET /{page}/published_posts")).toBeGreaterThan(0);
    expect(posts().map(({ photoIds }) => photoIds)).toEqual([[world.graph.photos()[1]?.id]]);
  });

  it("a video's upload broken once → resumed; twice at the same place → a new one, its bytes whole", async () => {
    for (const count of [1, 2]) {
      await following();
      world.graph.fail({ route: "POST /{page}/videos:transfer", error: "uploadBroken33", count });
      world.dropbox.files.addFile("/inbox/clip.mp4", { size: 3_000_000 });
      await world.notify();
      await atRest();
      expect(world.graph.requests("POST /{page}/videos:start")).toBe(count);
      const whole = world.graph.videos().filter(({ finishedAt }) => finishedAt !== null);
      expect(whole).toMatchObject([{ size: 3_000_000, received: 3_000_000 }]);
      if (count === 1) await world.close();
    }
  });
});

describe("a photo that Facebook refuses as it is", () => {
  it("once → made anew as JPEG and posted; again → dead, with what Facebook said", async () => {
    await following();
    world.graph.fail({ route: "POST /{page}/photos", error: "photoType", count: 1 });
    world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
    await world.notify();
    expect(world.graph.photos().map(({ type }) => type)).toEqual(["image/jpeg"]);
    world.graph.fail({ route: "POST /{page}/photos", error: "photoType", count: 2 });
    world.dropbox.files.addFile("/inbox/b.png", pictureOf(2, 24, 18));
    await world.notify();
    expect(await world.counts()).toMatchObject({ dead: 1 });
    expect(attempts().at(-1)).toMatchObject({ kind: "rejected", message: expect.stringContaining("larger than 4 MB") });
    expect(posts()).toHaveLength(1);
  });
});

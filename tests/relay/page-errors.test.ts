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

/** One history with each of its requests going wrong in each way, and random pairs of them, for one kind of destination. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "../simulation/network.ts";
import { type Course, canGo, pairs, runWith, tell, WAYS, type Way } from "./history.ts";

const PAIRS = Number(process.env.FAULT_PAIRS ?? "100");
const PAIRS_SEED = Number(process.env.FAULT_SEED ?? "1");

/**
 * `touches`: what the undisturbed history must ask for, so that the matrix covers it. `sparing`: takes one request of so
 * many, and so much fewer pairs; FAULT_EVERY=1 takes all.
 */
export function describeMatrix(name: string, course: Course, touches: readonly string[], sparing = 1): void {
  const every = Number(process.env.FAULT_EVERY ?? sparing);
  const pairCount = Math.ceil(PAIRS / every);
  describe(`${name}: one history, each of its requests going wrong in each way`, () => {
    let effects: Effect[];
    beforeAll(async () => {
      const run = await runWith(new Map(), course);
      expect(run.broken).toEqual([]);
      effects = run.effects;
    });

    it("the history itself → touches every service with every kind of request", () => {
      const asked = effects.map(({ service, label }) => `${service} ${label}`);
      for (const one of touches) expect(asked.some((label) => label.includes(one))).toBe(true);
      expect(effects.length).toBeGreaterThan(80);
    });

    it.each(WAYS)("each request %s → every promise kept, all at rest", async (way) => {
      let tried = 0;
      for (const effect of effects) {
        if (effect.number % every !== 0 || !canGo(way, effect)) continue;
        tried += 1;
        const faults = new Map<number, Way>([[effect.number, way]]);
        const run = await runWith(faults, course);
        if (run.broken.length > 0) expect.fail(tell(faults, run));
      }
      console.info(`crash matrix, ${name}: ${tried} requests ${way}`);
      expect(tried).toBeGreaterThan(40 / every);
    });

    it(`${pairCount} random pairs of faults → every promise kept, all at rest`, async () => {
      for (const faults of pairs(pairCount, effects.length, PAIRS_SEED)) {
        const run = await runWith(faults, course);
        if (run.broken.length > 0) expect.fail(tell(faults, run));
      }
    });
  });
}

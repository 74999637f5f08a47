import { beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "../simulation/network.ts";
import { canGo, pairs, runWith, tell, WAYS, type Way } from "./history.ts";

const PAIRS = Number(process.env.FAULT_PAIRS ?? "200");
const PAIRS_SEED = Number(process.env.FAULT_SEED ?? "1");

let effects: Effect[];
beforeAll(async () => {
  const run = await runWith(new Map());
  expect(run.broken).toEqual([]);
  effects = run.effects;
});

describe("one history, each of its requests going wrong in each way", () => {
  it("the history itself → touches every service with every kind of request", () => {
    const labels = new Set(effects.map(({ service, label }) => `${service} ${label.replace(/[?{ /].*/, "")}`));
    for (const each of ["redis begin", "redis commit", "redis release", "redis settle", "queue POST", "dropbox POST"])
      expect(labels).toContain(each);
    for (const each of ["facebook GET", "facebook POST", "facebook PATCH"]) expect(labels).toContain(each);
    expect(effects.length).toBeGreaterThan(80);
  });

  it.each(WAYS)("each request %s → every promise kept, all at rest", async (way) => {
    let tried = 0;
    for (const effect of effects) {
      if (!canGo(way, effect)) continue;
      tried += 1;
      const faults = new Map<number, Way>([[effect.number, way]]);
      const run = await runWith(faults);
      if (run.broken.length > 0) expect.fail(tell(faults, run));
    }
    console.info(`crash matrix: ${tried} requests ${way}`);
    expect(tried).toBeGreaterThan(40);
  });

  it(`${PAIRS} random pairs of faults → every promise kept, all at rest`, async () => {
    for (const faults of pairs(PAIRS, effects.length, PAIRS_SEED)) {
      const run = await runWith(faults);
      if (run.broken.length > 0) expect.fail(tell(faults, run));
    }
  });
});

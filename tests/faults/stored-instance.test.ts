/** A stored instance, made and removed by a program, with a records endpoint and a callback: each request going wrong. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Effect, Fate } from "../simulation/network.ts";
import { canGo, fateBy, WAYS } from "./history.ts";
import { runStored } from "./stored-instance.ts";

/** The outbox is the one of the other matrices: few of the requests each time. FAULT_EVERY=1 takes all. */
const EVERY = process.env.FAULT_EVERY === "1" ? 1 : 23;
const WELL: Fate = { kind: "answered", requestMs: 5, answerMs: 5 };

describe("a stored instance with two destinations, each of its requests going wrong in each way", () => {
  let effects: Effect[];
  beforeAll(async () => {
    const run = await runStored(() => WELL);
    expect(run.broken, run.trace.slice(-100).join("\n")).toEqual([]);
    effects = run.effects;
  });

  it("its life → touches its making, both destinations and its removal", () => {
    const asked = effects.map(({ service, label }) => `${service} ${label}`);
    const touched = ["redis put instance", "redis remove instance", "redis commit", "redis settle and claim"];
    for (const one of [...touched, "dropbox POST /oauth2/token", "facebook POST /v1/records", "facebook POST /hooks"])
      expect(
        asked.some((label) => label.includes(one)),
        one,
      ).toBe(true);
  });

  it.each(WAYS)(
    "each request %s → both have every file, nothing doubled, nothing left of it in the end",
    async (way) => {
      let tried = 0;
      for (const effect of effects) {
        const isOfItsEnds = /put instance|remove instance|incr|element/i.test(effect.label);
        if ((effect.number % EVERY !== 0 && !isOfItsEnds) || !canGo(way, effect)) continue;
        tried += 1;
        const run = await runStored(({ number }) => (number === effect.number ? fateBy(way) : WELL));
        if (run.broken.length > 0)
          expect.fail([...run.broken, `#${effect.number} ${effect.label} ${way}`, ...run.trace.slice(-200)].join("\n"));
      }
      console.info(`crash matrix, stored instance: ${tried} requests ${way}`);
      expect(tried).toBeGreaterThan(5);
    },
  );
});

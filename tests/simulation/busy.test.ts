import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { runScenario } from "./run-scenario.ts";
import { busy } from "./steps.ts";

describe("the whole relay while files change all the time", () => {
  it("random histories, few faults → nothing lost, doubled or out of order, and all comes to rest", async () => {
    const tried = await checkHistories("busy", busy);
    console.info("busy:", tried);
    expect(tried.writes).toBeGreaterThan(0);
  });

  it.each([false, true])(
    "the same history twice, on a Page: %s → the same steps, so that it can be replayed",
    async (page) => {
      const [one] = fc.sample(busy, { numRuns: 1, seed: 7 });
      if (one === undefined) throw new Error("no sample");
      const traces: string[][] = [[], []];
      for (const lines of traces) await runScenario(one, { page, trace: (line) => lines.push(withoutTime(line)) });
      expect(traces[0]?.length).toBeGreaterThan(50);
      expect(traces[1]).toEqual(traces[0]);
    },
  );
});

/** The log's own time is the machine's. */
const withoutTime = (line: string): string => line.replace(/"time":[^,}]+/g, "");

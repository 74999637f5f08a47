import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Run, runScenario } from "./run-scenario.ts";
import { type Scenario, scenario } from "./steps.ts";

/** `SIMULATION_RUNS` sets how many; `SIMULATION_SEED` and `SIMULATION_PATH` replay one, as a failure says. */
const runs = Number(process.env.SIMULATION_RUNS ?? "200");
const seed =
  process.env.SIMULATION_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.SIMULATION_SEED);
const path = process.env.SIMULATION_PATH ?? "";
const TIMEOUT_MS = 3_600_000;

describe("the whole relay, under every misfortune at once", () => {
  it(
    `${runs} random histories → nothing lost, doubled or out of order, and all comes to rest`,
    async () => {
      const total = { runs: 0, requests: 0, writes: 0 };
      const holds = fc.asyncProperty(scenario, async (one) => {
        const run = await runScenario(one);
        total.runs += 1;
        total.requests += run.requests;
        total.writes += run.writes;
        return run.broken.length === 0;
      });
      const result = await fc.check(holds, {
        numRuns: runs,
        seed,
        path,
        endOnFailure: process.env.SIMULATION_SHRINK === "no",
      });
      if (result.failed && result.counterexample !== null)
        throw new Error(await tell(result.counterexample[0], result));
      console.log(
        `simulation: ${total.runs} runs, ${total.requests} requests, ${total.writes} writes, 0 violations; seed ${seed}`,
      );
      expect(total.writes).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it("the same history twice → the same steps, so that a failure can be replayed", async () => {
    const [one] = fc.sample(scenario, { numRuns: 1, seed: 7 });
    if (one === undefined) throw new Error("no sample");
    const traces: string[][] = [[], []];
    for (const lines of traces) await runScenario(one, (line) => lines.push(withoutTime(line)));
    expect(traces[0]?.length).toBeGreaterThan(50);
    expect(traces[1]).toEqual(traces[0]);
  });
});

/** The log's own time is the machine's. */
const withoutTime = (line: string): string => line.replace(/"time":[^,}]+/g, "");

async function tell(
  one: Scenario,
  result: { seed: number; counterexamplePath: string | null; errorInstance?: unknown },
): Promise<string> {
  const lines: string[] = [];
  const run: Run | null = await runScenario(one, (line) => lines.push(line)).catch((cause: unknown) => {
    lines.push(`ended by ${cause instanceof Error ? cause.stack : cause}`);
    return null;
  });
  return [
    "broken promises:",
    ...(run?.broken ?? ["the run itself failed"]).map((line) => `  ${line}`),
    ...(result.errorInstance instanceof Error ? [`error: ${result.errorInstance.stack}`] : []),
    "what happened (time in s, process, request):",
    ...lines.slice(-400).map((line) => `  ${line}`),
    `scenario: ${JSON.stringify(one)}`,
    `replay: SIMULATION_SEED=${result.seed} SIMULATION_PATH=${result.counterexamplePath} npx vitest run --project simulation`,
  ].join("\n");
}

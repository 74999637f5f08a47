/** Tries random histories and, when a promise breaks, tells the smallest one found step by step and how to replay it. */
import fc from "fast-check";
import { type Run, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./steps.ts";

/** The runs asked for are shared by the test files. */
const KINDS_OF_HISTORIES = 6;
/** Lines of a trace that are shown: the end is where it breaks. */
const SHOWN = 400;
/** Making a failing history smaller ends after this long (ms). */
const SMALLER_WITHIN_MS = 120_000;

export interface Tried {
  histories: number;
  requests: number;
  writes: number;
  seed: number;
}

/** `SIMULATION_RUNS` sets how many; `SIMULATION_SEED` and `SIMULATION_PATH` replay one. Throws when one breaks a promise. */
export async function checkHistories(
  name: string,
  histories: fc.Arbitrary<Scenario>,
  options: { page?: boolean; callback?: boolean } = {},
): Promise<Tried> {
  const { SIMULATION_RUNS, SIMULATION_SEED, SIMULATION_PATH } = process.env;
  const seed = Number(SIMULATION_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const tried: Tried = { histories: 0, requests: 0, writes: 0, seed };
  let failedAt: number | null = null;
  const holds = fc.asyncProperty(histories, async (one) => {
    if (failedAt !== null && performance.now() - failedAt > SMALLER_WITHIN_MS) return;
    const run = await runScenario(one, options);
    tried.histories += 1;
    tried.requests += run.requests;
    tried.writes += run.writes;
    if (run.broken.length === 0) return;
    failedAt ??= performance.now();
    throw new Error(run.broken.join("; "));
  });
  // Whole: fast-check counts down to nothing, and past it for ever where a part is left over.
  const numRuns = SIMULATION_PATH === undefined ? Math.ceil(Number(SIMULATION_RUNS ?? "200") / KINDS_OF_HISTORIES) : 1;
  const result = await fc.check(holds, { numRuns, seed, path: SIMULATION_PATH ?? "" });
  if (!result.failed) return tried;
  const replay = `SIMULATION_SEED=${seed} SIMULATION_PATH=${result.counterexamplePath} npm run test:simulation -- ${name}`;
  throw new Error(await story(result.counterexample?.[0], replay, options));
}

async function story(
  one: Scenario | undefined,
  replay: string,
  options: { page?: boolean; callback?: boolean },
): Promise<string> {
  if (one === undefined) return "no history could be made";
  const lines: string[] = [];
  const run: Run | string = await runScenario(one, { ...options, trace: (line) => lines.push(line) }).catch(
    (cause: unknown) => (cause instanceof Error ? cause.stack : undefined) ?? "unknown",
  );
  const broken = typeof run === "string" ? [run] : run.broken;
  return [
    "broken promises:",
    ...broken.map((line) => `  ${line}`),
    "what happened (seconds, process, request):",
    ...lines.slice(-SHOWN).map((line) => `  ${line}`),
    `history: ${JSON.stringify(one)}`,
    `replay: ${replay}`,
  ].join("\n");
}

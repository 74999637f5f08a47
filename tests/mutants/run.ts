/**
 * `npm run test:mutants`: puts one deliberate fault at a time into a copy of the product and runs the tests that should
 * notice. A fault that nobody notices is a promise without a test.
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTANTS } from "./catalogue.ts";
import { complaints } from "./compile.ts";
import type { Mutant } from "./mutant.ts";
import { runTests, type Verdict } from "./run-tests.ts";
import { copyTree, mutated, under } from "./tree.ts";

/** Many times what any of the test files takes: a mutant that is still running then runs for ever. */
const LIMIT_MS = 60_000;
const UNCHANGED_LIMIT_MS = 300_000;

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const say = (text: string) => process.stdout.write(`${text}\n`);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(new Error(signal)));

const root = process.cwd();
const folder = await realpath(await mkdtemp(join(tmpdir(), "relay-mutants-")));
try {
  process.exitCode = (await check(chosen(values.only))) ? 0 : 1;
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function chosen(only: readonly string[] | undefined): readonly Mutant[] {
  const unknown = only?.filter((name) => !MUTANTS.some((mutant) => mutant.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no mutant of this name: ${unknown.join(", ")}`);
  return only === undefined ? MUTANTS : MUTANTS.filter(({ name }) => only.includes(name));
}

/** True when every mutant was caught. */
async function check(mutants: readonly Mutant[]): Promise<boolean> {
  for (const mutant of MUTANTS) await mutated(root, mutant);
  const lanes = Array.from({ length: Math.min(availableParallelism(), mutants.length) }, (_, n) =>
    join(folder, `${n}`),
  );
  for (const lane of [...lanes, join(folder, "types")]) await copyTree(root, lane);

  const wrong = await complaints(mutants, root, join(folder, "types"), stop.signal);
  if (wrong.length > 0) throw new Error(`mutants that do not compile:\n${wrong.join("\n")}`);

  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const options = { bail: false, limitMs: UNCHANGED_LIMIT_MS, signal: stop.signal };
  const unchanged = await runTests(lanes[0] ?? "", tests, options);
  if (unchanged.kind !== "passed") throw new Error(`the tests fail without any mutant: ${inWords(unchanged)}`);
  say(`${tests.length} test files pass unchanged.\n`);
  say(row("mutant", "file", "caught by", "seconds"));

  const waiting = [...mutants];
  let caught = 0;
  const work = async (lane: string) => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const startedAt = Date.now();
      const verdict = await under(mutant, root, lane, () =>
        runTests(lane, mutant.tests, { bail: true, limitMs: LIMIT_MS, signal: stop.signal }),
      );
      if (verdict.kind === "failed" || verdict.kind === "timedOut") caught += 1;
      say(row(mutant.name, mutant.file, inWords(verdict), ((Date.now() - startedAt) / 1000).toFixed(1)));
    }
  };
  // All of them end, by the signal if need be, before their folder goes.
  await Promise.allSettled(lanes.map((lane) => work(lane).catch((cause) => stop.abort(cause))));
  stop.signal.throwIfAborted();
  say(`\n${mutants.length} mutants, ${caught} caught, ${mutants.length - caught} survived`);
  return caught === mutants.length;
}

function inWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case "passed":
      return "SURVIVED";
    case "failed":
      return verdict.test;
    case "timedOut":
      return "timed out";
    case "broken":
      return `BROKEN ${verdict.message.trim().replace(/\s+/g, " ").slice(0, 300)}`;
  }
}

function row(name: string, file: string, caughtBy: string, seconds: string): string {
  return `${name.padEnd(52)} | ${file.padEnd(42)} | ${caughtBy} | ${seconds}`;
}

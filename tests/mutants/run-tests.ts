/** Runs test files in a copy of the project, and tells a test that failed from code that does not run at all. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { run } from "./process.ts";

export type Verdict =
  | { kind: "passed" }
  | { kind: "failed"; test: string; message: string }
  | { kind: "timedOut" }
  /** No test was run, or the code could not be: this says nothing about the tests. */
  | { kind: "broken"; message: string };

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** What is thrown by code that does not compile; Lua compiles at its first use. */
const NO_CODE = /SyntaxError|ReferenceError|Error compiling script|Script attempted to access nonexistent global/;
const REPORT = "mutant-report.json";

/** `bail`: stops at the first failure. Everything still running after `limitMs` is ended. */
export async function runTests(
  copy: string,
  files: readonly string[],
  options: { bail: boolean; limitMs: number; signal: AbortSignal },
): Promise<Verdict> {
  const vitest = ["node_modules/vitest/vitest.mjs", "run", ...files];
  const how = ["--reporter=json", `--outputFile=${REPORT}`, ...(options.bail ? ["--bail=1", "--maxWorkers=1"] : [])];
  await rm(join(copy, REPORT), { force: true });
  const ended = await run([...vitest, ...how], { cwd: copy, ...options });
  if (ended.kind === "timedOut") return ended;
  const text = await readFile(join(copy, REPORT), "utf8").catch(() => null);
  if (text === null) return { kind: "broken", message: ended.output };
  const { testResults } = reportSchema.parse(JSON.parse(text));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failed = tests.find(({ status }) => status === "failed");
  if (failed !== undefined) {
    const message = failed.failureMessages?.join("\n") ?? "";
    return NO_CODE.test(message) ? { kind: "broken", message } : { kind: "failed", test: failed.fullName, message };
  }
  if (ended.code === 0 && tests.some(({ status }) => status === "passed")) return { kind: "passed" };
  return { kind: "broken", message: testResults.map(({ message }) => message).join("\n") || ended.output };
}

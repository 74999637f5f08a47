/** Type-checks every mutant in one go: one that does not compile would be caught for the wrong reason. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mutant } from "./mutant.ts";
import { run } from "./process.ts";
import { mutated } from "./tree.ts";

const LIMIT_MS = 120_000;

/** The compiler's complaints, each under its mutant's name. `copy` is changed and of no other use afterwards. */
export async function complaints(
  mutants: readonly Mutant[],
  root: string,
  copy: string,
  signal: AbortSignal,
): Promise<string[]> {
  // Beside the original, under a name of its own, so that its imports lead where they did.
  const nameOf = (mutant: Mutant, n: number) => mutant.file.replace(/\.ts$/, `.mutant-${n}.ts`);
  for (const [n, mutant] of mutants.entries())
    await writeFile(join(copy, nameOf(mutant, n)), await mutated(root, mutant));
  const options = { cwd: copy, limitMs: LIMIT_MS, signal };
  // The types of the routes, which a copy without a build does not have.
  const routes = await run(["node_modules/next/dist/bin/next", "typegen"], options);
  if (routes.kind === "timedOut" || routes.code !== 0) return ["next typegen failed"];
  const ended = await run(["node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"], options);
  if (ended.kind === "timedOut") return [`the compiler took longer than ${LIMIT_MS} ms`];
  if (ended.code === 0) return [];
  return ended.output
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) => {
      const n = /\.mutant-(\d+)\.ts/.exec(line)?.[1];
      return n === undefined ? line : `${mutants[Number(n)]?.name}: ${line}`;
    });
}

/** What shares its loaded modules with other test files (`shared` in vitest.config.ts) must leave them as they were. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SHARED = ["tests/unit", "tests/contract", "tests/relay"];
const LEAVES_A_TRACE = [
  // Not stubEnv: it is taken back by unstubAllEnvs.
  /\bvi\.(mock|doMock|stubGlobal)\(/,
  /(Object\.assign\(|delete )process\.env\b/,
  /\bprocess\.env(\.\w+|\[[^\]]+\]) = /,
  /\bgetContext\b/,
];
// This one, and those that only read such names in the text of other files.
const READS_TEXT = new Set(["tests/unit/shared-modules.test.ts", "tests/unit/layers.test.ts"]);

it.each(SHARED)("%s shares modules → nothing there replaces one, nor takes the process's own context", (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
  const sources = files.filter((file) => /\.ts$/.test(file) && !READS_TEXT.has(file));
  expect(sources.length).toBeGreaterThan(2);
  const culprits = sources.filter((file) => {
    const source = readFileSync(file, "utf8");
    return LEAVES_A_TRACE.some((trace) => trace.test(source));
  });
  expect(culprits, "these belong into tests/routes").toEqual([]);
});

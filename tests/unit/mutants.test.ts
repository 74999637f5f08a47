/** `npm run test:mutants` takes minutes and is run by hand; that its list still fits the code is checked with everything else. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "../mutants/catalogue.ts";

describe("the list of deliberate faults", () => {
  it("each text → once in its file, and each name once in the list", () => {
    const misfits = MUTANTS.filter(({ file, text }) => readFileSync(file, "utf8").split(text).length !== 2);
    expect(misfits.map(({ name }) => name)).toEqual([]);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it("each of its tests → exists", () => {
    const missing = MUTANTS.flatMap(({ tests }) => tests).filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });
});

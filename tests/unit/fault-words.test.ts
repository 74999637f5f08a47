/** Faults of settings, in words that can be acted on. */
import { expect, it } from "vitest";
import { z } from "zod";
import { faultsOf } from "@/lib/instances/faults.ts";

const wordsFor = (schema: z.ZodType, value: unknown): string[] => {
  const parsed = z.object({ it: schema }).safeParse({ it: value });
  return parsed.success ? [] : faultsOf(parsed.error);
};

it.each([
  [z.number().min(1), 0, "must be at least 1"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.number().max(40), 41, "must be at most 40"],
  [z.number(), Number.NaN, "must be a number"],
  [z.number().int(), 1.5, "must be a whole number"],
  [z.boolean(), "yes", "must be true or false"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(3), "ab", "must have at least 3 letters"],
  [z.string().max(2), "abc", "must have at most 2 letters"],
  [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 entries"],
  [z.enum(["keep", "hide"]), "burn", "must be one of keep, hide"],
  [z.string(), undefined, "is missing"],
  [z.string().regex(/^\d+$/, "must be the Page's number"), "x", "must be the Page's number"],
])("%o with %j → %s", (schema, value, words) => {
  expect(wordsFor(schema, value)).toEqual([`it: ${words}`]);
});

import { expect, it } from "vitest";
import { heldBefore } from "@/lib/destinations/page/held-before.ts";
import { NOW } from "../support/builders.ts";

const attempt = (outcome: "retryAt" | "unclear", message: string) => ({ number: 1, at: NOW, ms: 1, outcome, message });
const refused = attempt("retryAt", "the Page has posted too much for now. Facebook answered 400 (341): told");
const ownWait = attempt("retryAt", "the Page's budget of posts is used up until tomorrow");

it("refused, waited of our own accord, refused → twice; anything else in between → counted from there", () => {
  expect(heldBefore({ attempts: [] })).toBe(0);
  expect(heldBefore({ attempts: [refused, ownWait, refused, ownWait] })).toBe(2);
  expect(heldBefore({ attempts: [refused, attempt("unclear", "no answer came"), refused] })).toBe(1);
  expect(heldBefore({ attempts: [ownWait, ownWait] })).toBe(0);
});

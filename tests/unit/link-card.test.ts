/** One card of the overview: what comes next and why not now, whether it was ever started, and where it leads. */
import { expect, it } from "vitest";
import type { Listed } from "@/lib/core/listed.ts";
import { lastDay } from "@/lib/core/tally.ts";
import { linkCard } from "@/lib/dashboard/link-card.ts";
import type { LinkFacts } from "@/lib/relay/read-overview.ts";
import { NOW } from "../support/builders.ts";

function card(changes: Partial<LinkFacts>, next: Partial<Listed> | null = null) {
  const counts = { waiting: next === null ? 0 : 1, claimed: 0, dead: 0, unclear: 0, settled: 0 };
  const health = {
    ...counts,
    link: "7",
    oldestWaitingMs: null,
    hold: null,
    lastListedAt: NOW,
    credential: null,
    givenUp: null,
  };
  const waiting =
    next === null ? null : { last: null, id: "id:a", path: "/a.jpg", at: NOW + 9_000, attempted: 1, ...next };
  const numbers = { health, notifiedAt: null, last: null, next: waiting, failed: null, hours: lastDay([], NOW) };
  const facts = { id: "7.callback", name: "Harbour", from: "/", to: "Callback", trouble: null, pollSeconds: null };
  return linkCard({ ...facts, status: "active", isSetUp: true, numbers, ...changes }, NOW);
}
const nextOf = (next: Partial<Listed>) => card({}, next).lines.find(({ label }) => label === "Next");
const tried = (outcome: string, message?: string) => ({
  last: { number: 1, at: NOW, ms: 4, outcome, ...(message === undefined ? {} : { message }) },
});

it.each<[string, Partial<Listed>, string]>([
  ["refused by the endpoint", tried("retryAt", "the endpoint answered 410"), "The endpoint answered 410. Tried again"],
  ["failed without a word", tried("retryAt"), "tried again"],
  ["never tried, for later", { last: null }, "paced"],
  ["due", { ...tried("retryAt", "no answer"), at: NOW }, "due now"],
])("the next file %s → says so", (_, next, text) => expect(nextOf(next)).toMatchObject({ text }));

it("a stored instance's card → leads to the instance; the environment's leads nowhere", () => {
  expect(card({}).href).toBe("/instances/7");
  expect(card({ id: "env" }).href).toBeNull();
});

it("connected and never started → not called paused", () => {
  expect(card({ status: "paused", isSetUp: false, numbers: null })).toMatchObject({
    tone: "warn",
    word: "Not set up yet",
  });
  expect(card({ status: "paused", numbers: null }).word).toBe("Paused");
});

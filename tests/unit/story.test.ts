import { describe, expect, it } from "vitest";
import { type Facts, type Stored, type Story, storyOf, storySchema } from "@/lib/core/story.ts";
import { whatNext } from "@/lib/core/story-words.ts";
import { healthText, listText, storyText, timeOf } from "@/lib/local/story-text.ts";
import { aDelivery, NOW } from "../support/builders.ts";

const facts = (changes: Partial<Facts> = {}): Facts => ({
  lastListedAt: NOW,
  isFolder: false,
  fileId: "id:a",
  known: { rev: "rev1", path: "/inbox/a.jpg" },
  stored: null,
  held: null,
  note: null,
  newerRev: null,
  hold: null,
  ...changes,
});
const stored = (changes: Partial<Stored> = {}): Stored => ({
  delivery: aDelivery(),
  attempted: 0,
  clearAt: null,
  place: "live",
  score: NOW,
  ...changes,
});
const told = (changes: Partial<Facts>) => storyOf(facts(changes), (id) => `link of ${id}`, NOW);
const attempt = (outcome: string, message?: string) => ({
  ...{ number: 1, at: NOW - 1000, ms: 12, outcome },
  ...(message === undefined ? {} : { message }),
});

describe("why a delivery waits", () => {
  const until = NOW + 60_000;
  const later = (outcome: string) => stored({ score: NOW + 5, delivery: aDelivery({ attempts: [attempt(outcome)] }) });
  it.each([
    ["due", { stored: stored() }, "turn"],
    ["due behind a hold", { stored: stored(), hold: { until, reason: "unauthorized" } }, "hold"],
    ["a hold that has ended", { stored: stored(), hold: { until: NOW, reason: "unauthorized" } }, "turn"],
    [
      "due later than the hold ends",
      { stored: stored({ score: until + 1 }), hold: { until, reason: "rateLimited" } },
      "pace",
    ],
    ["after a failure", { stored: later("retryAt") }, "backoff"],
    ["after an unclear answer", { stored: later("unclear") }, "backoff"],
    ["while a write may land", { stored: stored({ score: NOW + 5, clearAt: NOW + 5 }) }, "landing"],
    ["told to wait", { stored: later("foundFormer") }, "pace"],
  ] as [string, Partial<Facts>, string][])("%s → %s", (_, given, because) => {
    expect(told(given)).toMatchObject({ state: "waiting", because });
  });

  it("due before the hold's end → at its end", () => {
    expect(told({ stored: stored(), hold: { until, reason: "rateLimited" } })).toMatchObject({ dueAt: until });
  });
});

describe("a file that is over", () => {
  it("delivered, then moved out of the rules → not selected, though its former revision was delivered", () => {
    const known = { rev: "rev2", path: "/other/a.jpg", skipped: "outside", skippedBy: { name: "X", value: "y" } };
    const story = told({ known, stored: stored({ place: "settled" }) });
    expect(story).toMatchObject({ state: "notSelected", rule: { name: "X", value: "y" } });
    // What still waits, or is dead, has a story of its own to the end.
    expect(told({ known, stored: stored({ place: "dead" }) })).toMatchObject({ state: "dead" });
  });

  it("its story trimmed → what is held is still told, with its address", () => {
    const held = { rev: "rev1", remoteId: "r", at: NOW };
    expect(told({ held })).toMatchObject({ state: "forgotten", held: { ...held, link: "link of r", hidden: false } });
    expect(told({})).toMatchObject({ state: "forgotten", held: null });
  });
});

const ALL: Story[] = [
  told({ known: null, fileId: null }),
  told({ known: null, fileId: null, lastListedAt: null }),
  told({ isFolder: true, known: null, fileId: null }),
  told({ known: { rev: "r", path: "/a", old: true } }),
  told({ known: { rev: "r", path: "/a", skipped: "a temporary file" } }),
  told({ stored: stored(), hold: { until: NOW + 1, reason: "rateLimited" } }),
  told({ stored: stored({ place: "claimed", score: NOW + 30_000 }), newerRev: "rev2" }),
  told({ stored: stored({ place: "settled", delivery: aDelivery({ attempts: [attempt("delivered")] }) }) }),
  told({ stored: stored({ place: "settled", delivery: aDelivery({ attempts: [attempt("skipped", "gone")] }) }) }),
  told({
    stored: stored({ place: "dead", delivery: aDelivery({ attempts: [attempt("rejected", "too \u001b[31mlarge")] }) }),
  }),
  told({
    stored: stored({
      place: "unclear",
      delivery: aDelivery({ path: "/a\n\u202eb", attempts: [attempt("untellable", "?")] }),
    }),
  }),
  told({ held: { rev: "r", remoteId: "x", at: NOW } }),
  told({
    held: { rev: "r", remoteId: "x", at: NOW, hidden: true },
    stored: stored({ place: "settled", delivery: aDelivery({ gone: "deleted", attempts: [attempt("hidden")] }) }),
  }),
];

describe("in words", () => {
  it("every state → a schema's story, a sentence on what is next, and lines that move no cursor", () => {
    expect(new Set(ALL.map(({ state }) => state)).size).toBe(storySchema.options.length);
    for (const story of ALL) {
      expect(storySchema.parse(JSON.parse(JSON.stringify(story)))).toEqual(story);
      const text = storyText({ story, next: whatNext(story) }, NOW);
      expect(text.split("\n").length, story.state).toBeLessThan(8);
      expect(text).toMatch(/\nNext: .+\.$/);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]|undefined|NaN|null/u);
    }
  });

  it("times → how long ago, or until; lists and numbers → a line each", () => {
    expect(timeOf(NOW - 60_000, NOW)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(1 min ago\)$/);
    expect(timeOf(NOW + 7_200_000, NOW)).toContain("(in 2 h)");
    const one = { id: "id:a", path: "/a\rb", at: NOW, attempted: 1, last: attempt("rejected", "why") };
    expect(listText([one, { ...one, path: null, last: null }], NOW)).toBe(
      `${timeOf(NOW, NOW)}  id:a  /a\ufffdb  rejected: why\n${timeOf(NOW, NOW)}  id:a  (unreadable)`,
    );
    const credential = { isValid: true, endsAt: NOW + 86_400_000, daysLeft: 1, missing: ["x"], askedAt: NOW };
    const numbers = { link: "env", waiting: 1, claimed: 2, dead: 3, unclear: 4, settled: 5 };
    const text = healthText(
      [
        {
          ...numbers,
          oldestWaitingMs: 5_000,
          hold: { until: NOW + 1_000, reason: "rateLimited" },
          lastListedAt: null,
          givenUp: { status: "paused" as const, since: NOW - 3_600_000 },
          credential,
        },
      ],
      NOW,
    );
    expect(text).toContain("env: 1 waiting, 2 being delivered, 3 dead, 4 unclear, 5 settled");
    expect(text).toContain("waited for 5 s");
    expect(text).toContain("its endpoint is paused since");
    expect(text).toContain("on hold (rateLimited) until");
    expect(text).toContain("(in 1 day)");
    expect(text).toContain("it lacks x");
  });
});

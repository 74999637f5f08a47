/** Plans of many files: which a backfill means, how long they take, what they cost, and what their page says. */
import { describe, expect, it } from "vitest";
import { judgeOlder } from "@/lib/core/backfill.ts";
import { type Bulk, onTheirWay } from "@/lib/core/bulk.ts";
import { costOf, endsBy, PRICES, type Speed, timeNeeded } from "@/lib/core/bulk-estimate.ts";
import type { KnownFile } from "@/lib/core/known-file.ts";
import { isBelow } from "@/lib/core/selection.ts";
import { bulkForm } from "@/lib/dashboard/bulk-form.ts";
import { bulkView } from "@/lib/dashboard/bulk-view.ts";
import type { BulkFacts } from "@/lib/relay/read-bulk.ts";
import prices from "../bench/prices.json" with { type: "json" };
import { aFile, NOW, rules } from "../support/builders.ts";

const DAY = 86_400_000;
const ALL = { kind: "backfill", which: "all", folder: "" } as const;

describe("which files a backfill means", () => {
  const known = (changes: Partial<KnownFile>): KnownFile => ({ rev: "rev1", path: "/inbox/a.jpg", ...changes });
  const judge = (file: KnownFile | undefined, ask: Parameters<typeof judgeOlder>[2] = ALL, more = rules()) =>
    judgeOlder(aFile(), file, ask, { folder: "", rules: more }).kind;
  it.each<[string, KnownFile | undefined, string]>([
    ["never listed", undefined, "fresh"],
    ["told to be gone", known({ gone: "deleted" }), "fresh"],
    ["published", known({}), "already"],
    ["old", known({ old: true }), "deliver"],
    ["left out by former rules", known({ skipped: "an extension" }), "deliver"],
  ])("%s → %#", (_, file, kind) => {
    expect(judge(file)).toBe(kind);
  });
  it("only what former rules left out → no old ones; another folder → none", () => {
    expect(judge(known({ old: true }), { ...ALL, which: "rules" })).toBe("outside");
    expect(judge(known({ skipped: "x" }), { ...ALL, which: "rules" })).toBe("deliver");
    expect(judge(known({ old: true }), { ...ALL, folder: "/inbo" })).toBe("outside");
  });
  it("left out by the rules of today → skipped, by the rule and not by the file's own words", () => {
    const verdict = judgeOlder(aFile({ size: 99 }), known({ old: true }), ALL, {
      folder: "",
      rules: rules({ sizeMaxBytes: 50 }),
    });
    expect(verdict).toEqual({ kind: "skip", why: "SIZE_MAX_BYTES: 50" });
  });
  it.each([
    ["", true],
    ["/", true],
    ["inbox", true],
    ["/INBOX/", true],
    ["/inbo", false],
    ["/inbox/a.jpg", false],
  ])("below %j → %j", (folder, is) => {
    expect(isBelow(folder, "/inbox/a.jpg")).toBe(is);
  });
});

describe("how long it takes", () => {
  const speed = (changes: Partial<Speed> = {}): Speed => ({
    ...{ width: 10, msEach: 100, posts: null, heldUntil: null },
    ...changes,
  });
  const posts = { mostADay: 25, spacingMs: 0, taken: 5 };
  it.each<[string, number, Speed[], { ms: number; by: string; isAssumed: boolean }]>([
    ["1,000 at ten a time of 100 ms", 1_000, [speed()], { ms: 10_000, by: "pace", isAssumed: false }],
    ["nothing measured", 10, [speed({ msEach: null })], { ms: 250, by: "pace", isAssumed: true }],
    ["held for a minute", 10, [speed({ heldUntil: NOW + 60_000 })], { ms: 60_100, by: "pace", isAssumed: false }],
    [
      "20 posts today, the rest of 71 on three days",
      71,
      [speed({ posts })],
      { ms: 3 * DAY, by: "posts", isAssumed: false },
    ],
    ["all of them today", 20, [speed({ posts })], { ms: 200, by: "pace", isAssumed: false }],
    [
      "no limit, a minute between two",
      11,
      [speed({ posts: { mostADay: 0, spacingMs: 60_000, taken: 0 } })],
      { ms: 600_000, by: "spacing", isAssumed: false },
    ],
    ["two destinations", 71, [speed(), speed({ posts })], { ms: 3 * DAY, by: "posts", isAssumed: false }],
    ["no file", 0, [speed({ posts })], { ms: 0, by: "pace", isAssumed: false }],
  ])("%s → %#", (_, files, speeds, expected) => {
    expect(timeNeeded(files, speeds, NOW)).toEqual(expected);
  });
  it("while it runs → by how fast it went; too little done → unknown", () => {
    expect(endsBy(300, 100, 5_000)).toBe(15_000);
    expect(endsBy(300, 19, 5_000)).toBeNull();
  });
  it("prices → those of the benchmark's table", () => {
    expect(PRICES.redisCommand).toBe(prices.prices.redisCommand.usd);
    expect(PRICES.qstashMessage).toBe(prices.prices.qstashMessage.usd);
  });
  it("1,000 records of 2,000 listed → at most 0.6 commands each and the listing; posts that wait → a message each", () => {
    const records = costOf({ looked: 2_000, meant: 1_000 }, [speed()]);
    expect(records).toMatchObject({ commands: 680, messages: 5 });
    expect(records.usd).toBeCloseTo(0.00141, 5);
    expect(costOf({ looked: 0, meant: 10 }, [speed({ posts })]).messages).toBe(15);
  });
});

const bulk = (changes: Partial<Bulk> = {}): Bulk => ({
  ...{
    id: "b",
    state: "ready",
    ask: ALL,
    link: "env",
    outboxes: [],
    basis: "",
    createdAt: NOW,
    confirmedAt: null,
    endedAt: null,
    cursor: "",
  },
  ...{
    looked: 0,
    isListed: false,
    put: 0,
    done: 0,
    failed: 0,
    unclear: 0,
    left: 0,
    takenOut: 0,
    trouble: "",
    reason: "",
  },
  found: { looked: 12, meant: 7, byRules: 3, already: 2, fresh: 1, skipped: { "EXCLUDE: x": 2 }, examples: [] },
  ...changes,
});

describe("what is on its way", () => {
  it("more open than waits at all, all of it listed → replaced; not listed yet → unknown", () => {
    const one = bulk({ state: "running", put: 10, done: 4, isListed: true });
    expect(onTheirWay(one, 50)).toEqual({ waiting: 6, replaced: 0 });
    expect(onTheirWay(one, 4)).toEqual({ waiting: 4, replaced: 2 });
    expect(onTheirWay({ ...one, isListed: false }, 4)).toEqual({ waiting: 4, replaced: 0 });
  });
});

describe("its page", () => {
  const view = (changes: Partial<Bulk>, more: Partial<BulkFacts> = {}) =>
    bulkView({
      ...{ bulk: bulk(changes), width: 1, waiting: 0, replaced: 0, time: null, cost: null },
      ...{ runs: true, asPlanned: true, ...more },
    });

  it("planned → what would be published, how many by former rules, what is skipped, one button to begin", () => {
    const { headline, skipped, start, cancel, bar, isMoving } = view({});
    expect(headline.sentence).toBe("7 files would be published.");
    expect(headline.why).toBe("3 files were skipped by the former rules and match now.");
    expect(skipped).toEqual([{ why: "EXCLUDE: x", files: 2 }]);
    expect([start?.button, cancel?.button, bar, isMoving]).toEqual([
      "Publish 7 files",
      "Discard the plan",
      null,
      false,
    ]);
  });

  it("nothing to do, or its instance is paused → no button to begin", () => {
    const none = { ...bulk().found, meant: 0, byRules: 0 };
    expect(view({ found: none })).toMatchObject({
      start: null,
      headline: { sentence: "None of 12 files would be published." },
    });
    expect(view({}, { runs: false }).start).toBeNull();
  });

  it("running, still putting in → a bar over all that was planned; in trouble → why", () => {
    const half = view(
      { state: "running", put: 5, done: 3, failed: 1, trouble: "Dropbox server: down" },
      { waiting: 1 },
    );
    expect(half.bar).toEqual({ value: 4, max: 7, words: "57 %" });
    expect(half.headline.sentence).toBe("4 of 7 files through.");
    expect(half.headline.why).toContain("Dropbox server: down");
    expect(half.cancel?.button).toBe("Call it off");
  });

  it("through, some of it failed → a way to them; called off → what was taken out, and a full bar", () => {
    const done = view({ state: "done", isListed: true, put: 7, done: 5, failed: 2 });
    expect(done.headline).toMatchObject({ tone: "warn", action: { href: "/files?state=dead&link=env" } });
    expect(done.bar?.words).toBe("100 %");
    const off = view({ state: "cancelled", confirmedAt: NOW, put: 7, done: 1, takenOut: 6 });
    expect(off.headline.sentence).toBe("Called off: 1 file done, 6 taken out.");
    expect([off.bar?.words, off.cancel, off.isMoving]).toEqual(["100 %", null, false]);
  });
});

describe("its form", () => {
  it("a replay narrowed by time → since then; what was left empty narrows nothing", () => {
    const given = {
      kind: "replay",
      link: "env",
      state: "unclear",
      reason: " down ",
      path: "",
      since: "hour",
      folder: "",
    };
    expect(bulkForm(given, NOW)).toEqual({
      ask: { kind: "replay", state: "unclear", folder: "", reason: "down", since: NOW - 3_600_000 },
      link: "env",
    });
  });
  it("no such kind → refused; nonsense in a field → not given", () => {
    expect(bulkForm({ kind: "everything" }, NOW)).toBeNull();
    expect(bulkForm({ kind: "backfill", which: "x", folder: "f".repeat(2_000) }, NOW)?.ask).toEqual(ALL);
  });
});

/** What pages say, from what the store holds: the one sentence first, and the one action that follows from it. */
import { describe, expect, it } from "vitest";
import { monthOf } from "@/lib/core/cost.ts";
import type { Listed } from "@/lib/core/listed.ts";
import type { Story } from "@/lib/core/story.ts";
import { lastDay } from "@/lib/core/tally.ts";
import { noticeOf } from "@/lib/dashboard/act-notice.ts";
import { dayChart } from "@/lib/dashboard/day-chart.ts";
import { filesQuery, filterOf } from "@/lib/dashboard/files-query.ts";
import { filesView } from "@/lib/dashboard/files-view.ts";
import { overviewView } from "@/lib/dashboard/overview-view.ts";
import { mendingPlace } from "@/lib/dashboard/refused-key.ts";
import { storyView } from "@/lib/dashboard/story-view.ts";
import type { LinkHealth } from "@/lib/relay/read-health.ts";
import type { LinkFacts, LinkNumbers } from "@/lib/relay/read-overview.ts";
import { NOW } from "../support/builders.ts";

/** On one machine. */
const SPENT = {
  month: monthOf(NOW),
  use: { commands: 0, messages: 0, files: 0 },
  usd: null,
  cap: null,
  isCapReached: false,
};
const health = (changes: Partial<LinkHealth> = {}): LinkHealth => ({
  ...{ link: "env", waiting: 0, claimed: 0, dead: 0, unclear: 0, settled: 3 },
  ...{ oldestWaitingMs: null, hold: null, lastListedAt: NOW - 60_000, givenUp: null, credential: null },
  ...changes,
});
const listed = (changes: Partial<Listed> = {}): Listed => ({
  ...{ id: "id:a", path: "/inbox/a.jpg", at: NOW - 5_000, attempted: 1 },
  last: { number: 1, at: NOW - 5_000, ms: 40, outcome: "delivered" },
  ...changes,
});
const numbers = (changes: Partial<LinkHealth> = {}, more: Partial<LinkNumbers> = {}): LinkNumbers => ({
  ...{
    health: health(changes),
    notifiedAt: NOW - 70_000,
    last: listed(),
    next: null,
    failed: null,
    hours: lastDay([], NOW),
  },
  ...more,
});
const link = (changes: Partial<LinkFacts> = {}): LinkFacts => ({
  ...{ id: "env", name: "Instance set by environment variables", from: "/inbox", to: "Records endpoint" },
  ...{ status: "active", isSetUp: true, trouble: null, pollSeconds: null, numbers: numbers() },
  ...changes,
});
const headline = (...links: LinkFacts[]) =>
  overviewView({ links, spent: SPENT, after: null, isPart: false }, NOW).headline;
const failed = listed({ last: { number: 1, at: NOW, ms: 1, outcome: "rejected", message: "field email: wrong" } });

describe("the overview's headline", () => {
  it.each<[string, LinkFacts[], string, RegExp, string | null]>([
    ["nothing delivered yet", [link({ numbers: numbers({ settled: 0 }) })], "ok", /Ready/, null],
    ["all done", [link()], "ok", /Everything is done/, null],
    ["some on their way", [link({ numbers: numbers({ waiting: 2, claimed: 1 }) })], "wait", /3 files on the way/, null],
    [
      "a pause",
      [link({ numbers: numbers({ waiting: 2, hold: { until: NOW + 240_000, reason: "rateLimited" } }) })],
      "wait",
      /go on in 4 min/,
      null,
    ],
    [
      "a refused key, with failures too",
      [link({ numbers: numbers({ waiting: 5, dead: 2, hold: { until: NOW + 540_000, reason: "unauthorized" } }) })],
      "bad",
      /was refused: 5 files wait/,
      "/setup",
    ],
    [
      "one failed",
      [link({ numbers: numbers({ dead: 1 }, { failed }) })],
      "bad",
      /^a\.jpg could not/,
      "/files/id%3Aa?link=env",
    ],
    [
      "many failed over two links",
      [
        link({ numbers: numbers({ dead: 2 }, { failed }) }),
        link({ id: "7", numbers: numbers({ dead: 1 }, { failed }) }),
      ],
      "bad",
      /^2 files of “Instance set by environment variables” could not/,
      "/files?state=dead&link=env",
    ],
    [
      "many failed of one link, none of the other",
      [link(), link({ id: "7", numbers: numbers({ dead: 3 }, { failed }) })],
      "bad",
      /^3 files could not/,
      "/files?state=dead&link=7",
    ],
    [
      "one unclear, of the second link",
      [link(), link({ id: "7.2", numbers: numbers({ unclear: 1 }) })],
      "warn",
      /^1 file may or may not/,
      "/files?state=unclear&link=7.2",
    ],
    [
      "unclear ones of two links",
      [link({ id: "7", name: "Fair", numbers: numbers({ unclear: 1 }) }), link({ numbers: numbers({ unclear: 2 }) })],
      "warn",
      /^1 file of “Fair” may or may not/,
      "/files?state=unclear&link=7",
    ],
    [
      "no listing for two hours",
      [link({ numbers: numbers({ lastListedAt: NOW - 7_200_000 }) })],
      "warn",
      /last listed 2 h ago/,
      "/setup",
    ],
    ["never listed", [link({ numbers: numbers({ lastListedAt: null }) })], "idle", /has not been listed yet/, "/setup"],
    [
      "a key that ends soon",
      [
        link({
          numbers: numbers({
            credential: { isValid: true, endsAt: NOW + 2 * 86_400_000, daysLeft: 2, missing: [], askedAt: NOW },
          }),
        }),
      ],
      "warn",
      /ends in 2 days/,
      "/setup",
    ],
    [
      "an instance that was disconnected",
      [link({ id: "7", status: "unauthorized", trouble: "Dropbox revoked it", numbers: null })],
      "bad",
      /Access of .* was refused\./,
      "/instances/7",
    ],
    ["no link at all", [], "idle", /no instance/, "/instances"],
  ])("%s → its tone, sentence and action", (_, links, tone, sentence, href) => {
    const view = headline(...links);
    expect(view.tone).toBe(tone);
    expect(view.sentence).toMatch(sentence);
    expect(view.action?.href ?? null).toBe(href);
  });

  it("failed ones of two links → what the button leads to, and how many more there are", () => {
    const two = [link({ numbers: numbers({ dead: 2 }, { failed }) }), link({ id: "7", numbers: numbers({ dead: 1 }) })];
    expect(headline(...two).why).toMatch(/ 1 more elsewhere: see below\.$/);
    expect(headline(...two.slice(0, 1)).why).not.toContain("elsewhere");
  });

  it("listed half an hour ago → silent, unless it is one that is listed every hour", () => {
    const listed = numbers({ lastListedAt: NOW - 1_800_000 });
    expect(headline(link({ numbers: listed })).sentence).toMatch(/was last listed/);
    expect(headline(link({ numbers: listed, pollSeconds: 3600 })).sentence).toMatch(/Everything is done/);
  });

  it("one part of many instances → what is well is said of those alone", () => {
    const view = (isPart: boolean) => overviewView({ links: [link()], spent: SPENT, after: null, isPart }, NOW);
    expect(view(true).headline.why).toContain("there are more");
    expect(view(false).headline.why).toBeNull();
  });

  it("held, and a next file → what is due, when the hold ends, and why", () => {
    const hold = { until: NOW + 240_000, reason: "rateLimited" } as const;
    const next = listed({ at: NOW - 1 });
    const [card] = overviewView(
      { links: [link({ numbers: numbers({ waiting: 1, hold }, { next }) })], spent: SPENT, after: null, isPart: false },
      NOW,
    ).cards;
    expect(card?.lines.find(({ label }) => label === "Next")).toMatchObject({
      at: hold.until,
      text: "Records endpoint asked for a pause",
    });
  });
});

const file = { id: "id:a", path: "/inbox/a.jpg", rev: "r1" };
const common = { file, seenAt: NOW - 10_000, seenBy: "notification" as const, gone: null, held: null };
const attempt = (outcome: string, message?: string) => ({
  ...{ number: 1, at: NOW - 9_000, ms: 40, outcome },
  ...(message === undefined ? {} : { message }),
});

describe("a file's story", () => {
  const dead: Story = {
    ...common,
    state: "dead",
    at: NOW - 9_000,
    attempted: 1,
    reason: "field email of the JSON file: wrong",
    attempts: [attempt("rejected", "field email of the JSON file: wrong")],
  };
  it("failed → the reason in the first sentence, one action that says what it does", () => {
    const view = storyView(dead, NOW);
    expect(view.headline).toMatchObject({
      tone: "bad",
      sentence: "Not delivered: Field email of the JSON file: wrong.",
    });
    expect(view.acts.map(({ action }) => action)).toEqual(["replay"]);
    expect(view.acts[0]?.does).toMatch(/nothing is doubled/);
    expect(view.timeline.map(({ title }) => title)).toEqual([
      "Seen, after Dropbox told of a change",
      "Attempt 1: refused",
      "Given up: a person decides",
    ]);
  });

  it("unclear → looking comes first, and posting warns of a double", () => {
    const view = storyView(
      { ...common, state: "unclear", at: NOW, reason: "no answer", attempts: [attempt("untellable", "no answer")] },
      NOW,
    );
    expect(view.acts.map(({ action, isFirst }) => [action, isFirst])).toEqual([
      ["isThere", true],
      ["post", false],
    ]);
    expect(view.acts[1]?.does).toMatch(/twice/);
    expect(view.acts.map(({ sure }) => sure)).toEqual([null, expect.stringContaining("not there")]);
  });

  it("delivered → how long it took from first sight, and the post to look at", () => {
    const held = { rev: "r1", at: NOW, remoteId: "1_2", link: "https://example.com/1_2", hidden: false };
    const view = storyView({ ...common, held, state: "delivered", at: NOW, attempts: [attempt("delivered")] }, NOW);
    expect(view.headline).toMatchObject({ tone: "ok", sentence: "Delivered now, 1 s after it was seen." });
    expect(view.post?.href).toBe(held.link);
  });

  it("waiting behind a refused key → the key is the trouble, and setup the way", () => {
    const hold = { until: NOW + 600_000, reason: "unauthorized" } as const;
    const view = storyView(
      {
        ...common,
        state: "waiting",
        priority: "live",
        attempted: 0,
        dueAt: hold.until,
        because: "hold",
        hold,
        attempts: [],
      },
      NOW,
    );
    expect(view.headline).toMatchObject({ tone: "bad", action: { href: "/setup" } });
    expect(mendingPlace("7.2").href).toBe("/instances/7");
    expect(view.timeline.at(-1)).toMatchObject({ isNext: true, at: hold.until });
  });

  it("its file gone → what that did to its post, and no act", () => {
    const gone = "deleted" as const;
    const removed = storyView({ ...common, gone, state: "withdrawn", how: "removed", at: NOW, attempts: [] }, NOW);
    expect(removed.headline).toMatchObject({ tone: "idle", sentence: "The file is gone, and its post with it." });
    expect(removed.timeline[0]?.title).toBe("The file was deleted");
    const until = NOW + 1000;
    const story: Story = { ...common, gone, state: "claimed", attempted: 1, until, newerRev: null, attempts: [] };
    expect(storyView(story, NOW).headline.why).toContain("being taken back");
  });

  it("left out → the rule by its name and value, no action", () => {
    const view = storyView(
      {
        state: "notSelected",
        file,
        reason: "its extension is not among jpg",
        rule: { name: "EXTENSIONS", value: "jpg" },
      },
      NOW,
    );
    expect(view.headline.why).toContain("EXTENSIONS = jpg");
    expect(view.acts).toEqual([]);
  });

  it("more attempts than are kept → the number of the earlier ones is said", () => {
    const attempts = [4, 5].map((number) => ({ number, at: NOW, ms: 1, outcome: "retryAt", message: "down" }));
    const view = storyView({ ...dead, attempts } as Story, NOW);
    expect(view.timeline[1]?.title).toBe("3 earlier attempts");
  });

  it.each(["old", "folder", "notSeen", "forgotten", "claimed", "skipped"] as const)(
    "%s → a sentence, no act",
    (state) => {
      const more = {
        file,
        held: null,
        lastListedAt: null,
        attempts: [],
        seenAt: NOW,
        seenBy: "poll",
        reason: "r",
        at: NOW,
        until: NOW,
        newerRev: null,
        attempted: 1,
      };
      const view = storyView({ state, ...more } as unknown as Story, NOW);
      expect(view.headline.sentence.length).toBeGreaterThan(10);
      expect(view.acts).toEqual([]);
    },
  );
});

describe("the table of files", () => {
  const query = filesQuery({ state: "dead", q: "a" });
  it("a failed one after two attempts → the reason in its row, its story behind its name", () => {
    const view = filesView(
      query,
      { files: [{ kind: "delivery", listed: { ...failed, attempted: 2 } }], after: null, looked: 1 },
      health({ dead: 1 }),
    );
    expect(view.rows[0]).toMatchObject({
      name: "a.jpg",
      folder: "/inbox",
      note: "2 attempts: Field email: wrong.",
      href: "/files/id%3Aa?link=env",
    });
    expect(view.tabs.find(({ isHere }) => isHere)).toMatchObject({ name: "Failed", count: 1 });
  });

  it("nothing found yet and more to look through → says so, and leads on with the same filter", () => {
    const view = filesView(query, { files: [], after: "dead~5~id:x", looked: 500 }, health());
    expect(view.empty.sentence).toBe("None so far.");
    expect(view.searched).toBe("Searched the newest 500 files so far; there are more.");
    expect(view.moreHref).toBe("/files?state=dead&q=a&after=dead%7E5%7Eid%3Ax&looked=500");
  });

  it("nothing delivered yet → says where the files are; no file at all → what to do", () => {
    const none = { files: [], after: null, looked: 0 };
    const why = (counts: Parameters<typeof health>[0]) => filesView(filesQuery({}), none, health(counts)).empty.why;
    expect(why({ waiting: 3 })).toBe("3 files are under Waiting.");
    expect(why({ dead: 1, waiting: 3 })).toBe("1 file is under Failed.");
    expect(why({})).toMatch(/^Drop a file/);
  });

  it("a search that goes on from a part to the end → says how many were looked at in all", () => {
    const last = filesView({ ...query, looked: 2_000 }, { files: [], after: null, looked: 500 }, health());
    expect(last.searched).toBe("Searched all of 2,500 files.");
    expect(last.moreHref).toBeNull();
  });

  it("a file at exactly the path that is searched for → its story, whatever its state", () => {
    const found = { files: [], after: null, looked: 0 };
    const view = filesView({ ...query, q: "/a.jpg" }, found, health(), "id:a");
    expect(view.exact).toEqual({ name: "/a.jpg", href: "/files/id%3Aa?link=env" });
  });

  it("a value that is no delivery → a row that says so", () => {
    const view = filesView(
      query,
      { files: [{ kind: "delivery", listed: listed({ path: null, last: null }) }], after: null, looked: 1 },
      health(),
    );
    expect(view.rows[0]?.name).toMatch(/cannot be read/);
  });

  it.each([
    [
      { state: "nonsense", since: "ever", q: ["a", "b"] },
      { state: "settled", since: "", q: "" },
    ],
    [
      { state: "leftOut", folder: " /x ", q: "y".repeat(500) },
      { state: "leftOut", folder: "/x", q: "" },
    ],
  ])("an address that asks for %j → what fits of it", (given, fits) => {
    expect(filesQuery(given)).toMatchObject(fits);
  });

  it("the last day → from a day ago on", () => {
    expect(filterOf(filesQuery({ since: "day" }), NOW).since).toBe(NOW - 86_400_000);
  });
});

describe("the last day", () => {
  const day = (left: number) =>
    dayChart(lastDay([], NOW).map((hour, n) => (n === 23 ? { ...hour, failed: 1, left } : hour)));
  it("skipped ones, or none → said apart from delivered and failed, or not at all", () => {
    expect(day(3).words).toBe("Last 24 hours: 0 files delivered, 3 skipped or taken back, 1 failed.");
    expect(day(3).bars.at(-1)).toMatchObject({ well: 0, left: 3, failed: 1 });
    expect(day(0).words).toBe("Last 24 hours: 0 files delivered, 1 failed.");
  });
});

describe("what came of an act", () => {
  it.each(["<script>", "toString", "", null])("an address that says %j → no notice", (did) => {
    expect(noticeOf(did)).toBeNull();
  });
  it("tried again → in line, whenever that is: the headline below says when", () => {
    expect(noticeOf("replay")).toEqual({ tone: "ok", text: "It is in line again." });
  });
  it("done, and somebody was quicker → each in its tone", () => {
    expect([noticeOf("replay")?.tone, noticeOf("changed")?.tone]).toEqual(["ok", "warn"]);
  });
});

/** Faults in what pages cost, however much is stored. */
import type { Mutant } from "../mutant.ts";

const MANY = ["tests/relay/dashboard-many.test.ts"];

export const pages: readonly Mutant[] = [
  {
    name: "hold-unseen-by-the-overview",
    file: "lib/store/board-store.ts",
    text: '.hget(holdKey(credential), "until")',
    replacement: '.hget(holdKey("none"), "until")',
    breaks: "an open overview shows a hold by itself",
    tests: ["tests/relay/overview-mark.test.ts"],
  },
  {
    name: "overview-weighed-whole-all-day",
    file: "lib/relay/read-mark.ts",
    text: 'if ("after" in watched) return markOf(await pulseOf(context, watched.after));',
    replacement:
      'if ("after" in watched) return markOf((await (await import("./read-overview.ts")).readOverview(context, watched.after)).links);',
    breaks: "an overview left open costs next to nothing",
    tests: ["tests/relay/overview-mark.test.ts"],
  },
  {
    name: "mark-that-left-begins-at-its-time",
    file: "lib/store/scripts/page-from.ts",
    text: "local high = low + redis.call('ZCOUNT', key, score, score)",
    replacement: "local high = low",
    breaks: "a part goes on right behind the last row, though that has left meanwhile",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "search-without-end",
    file: "lib/relay/search-files.ts",
    text: "while (found.looked < LOOKED_MAX) {",
    replacement: "for (;;) {",
    breaks: "a search costs the same, however many there are",
    tests: MANY,
  },
  {
    name: "page-ends-behind-the-part",
    file: "lib/relay/search-files.ts",
    text: "after: isLast ? null : (part.marks[n] ?? null)",
    replacement: "after: isLast ? null : part.after",
    breaks: "a page goes on behind the last row shown",
    tests: MANY,
  },
  {
    name: "left-out-floods-the-page",
    file: "lib/relay/search-files.ts",
    text: "if (files.length > SHOWN_MAX && count > SCAN_FIRST) {",
    replacement: "if (false) {",
    breaks: "a page of left out files is short",
    tests: MANY,
  },
];

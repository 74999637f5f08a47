/** Faults in what pages cost, however much is stored. */
import type { Mutant } from "../mutant.ts";

const MANY = ["tests/relay/dashboard-many.test.ts"];

export const pages: readonly Mutant[] = [
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

/** Faults in the check of the build before a start, and in loading Next for the first visitor. */
import type { Mutant } from "../mutant.ts";

const NOTE = ["tests/unit/build-note.test.ts"];

export const build: readonly Mutant[] = [
  {
    name: "build-file-there-but-another-taken-for-whole",
    file: "lib/local/build-note.ts",
    text: "return hashOf(path) === hash;",
    replacement: 'return hashOf(path) !== "" || hash === "";',
    breaks: "a damaged build does not start",
    tests: NOTE,
  },
  {
    name: "build-launcher-not-noted",
    file: "lib/local/build-note.ts",
    text: '[".next/server", ".next/static", ".next/relay"]',
    replacement: '[".next/server", ".next/static"]',
    breaks: "a damaged build does not start",
    tests: NOTE,
  },
  {
    name: "pages-failed-load-kept",
    file: "lib/local/pages.ts",
    text: "    loading.catch(() => {\n      begun = null;\n    });",
    replacement: "    loading.catch(() => undefined);",
    breaks: "pages that did not come up are tried again",
    tests: ["tests/unit/pages.test.ts"],
  },
];

/** Faults in what a person is told of one file. */
import type { Mutant } from "../mutant.ts";

const EXPLAINED = ["tests/routes/explain-story.test.ts"];
const LINES = ["tests/unit/rule-lines.test.ts"];
const PARTS = ["tests/unit/story-parts.test.ts"];

export const story: readonly Mutant[] = [
  {
    name: "rule-line-fits-what-is-left-out",
    file: "lib/core/rule-lines.ts",
    text: "relative === null ? null : !matches(exclude, relative)",
    replacement: "relative === null ? null : matches(exclude, relative)",
    breaks: "a rule's line says what the rule decides",
    tests: LINES,
  },
  {
    name: "changed-rules-not-told",
    file: "lib/core/explained.ts",
    text: "isLeftOutNow || rules.some(({ fits }) => fits === null)",
    replacement: "rules.length > 0",
    breaks: "what former rules left out, and those of now take, is told as that",
    tests: LINES,
  },
  {
    name: "size-of-left-out-forgotten",
    file: "lib/core/plan.ts",
    text: '...(verdict.kind === "deliver" ? {} : { size: entry.size }),',
    replacement: "",
    breaks: "a file that was left out says its size to the rule about it",
    tests: EXPLAINED,
  },
  {
    name: "told-event-shown-as-nothing",
    file: "lib/relay/explain-story.ts",
    text: 'place === "settled" ? { ...delivery, priority: "replay" as const } : delivery',
    replacement: "delivery",
    breaks: "what was told of a file is shown as it was told",
    tests: EXPLAINED,
  },
  {
    name: "caption-not-shown",
    file: "lib/destinations/page/shows.ts",
    text: "settings.captions ? await sidecarOf(source, path)",
    replacement: "false ? await sidecarOf(source, path)",
    breaks: "a post is shown with the caption that lies beside its photo",
    tests: EXPLAINED,
  },
  {
    name: "dropbox-address-of-raw-names",
    file: "lib/core/dropbox-web.ts",
    text: "...parts.map(encodeURIComponent)",
    replacement: "...parts",
    breaks: "the way to a file at Dropbox is right for any name",
    tests: PARTS,
  },
  {
    name: "failed-file-mended-last",
    file: "lib/dashboard/story-view.ts",
    text: 'story.state === "dead" && source !== null',
    replacement: "false",
    breaks: "of a file that failed, the file itself comes first",
    tests: PARTS,
  },
  {
    name: "back-to-another-instance",
    file: "lib/dashboard/story-view.ts",
    text: 'filesHref({ state: TABLES[state] ?? "settled", link })',
    replacement: 'filesHref({ state: TABLES[state] ?? "settled" })',
    breaks: "the way back from a story leads to its own instance",
    tests: PARTS,
  },
  {
    name: "in-line-told-as-going-out",
    file: "lib/dashboard/act-notice.ts",
    text: "It is in line again.",
    replacement: "It goes out again now.",
    breaks: "what was done says nothing that the headline below it denies",
    tests: ["tests/unit/dashboard-views.test.ts"],
  },
  {
    name: "headline-leads-to-another-table",
    file: "lib/dashboard/overview-view.ts",
    text: 'filesHref({ state: "unclear", link: link?.id })',
    replacement: 'filesHref({ state: "unclear" })',
    breaks: "the headline's button leads to the files that it speaks of",
    tests: ["tests/unit/dashboard-views.test.ts"],
  },
  {
    name: "headline-counts-other-tables",
    file: "lib/dashboard/overview-view.ts",
    text: "const own = link?.numbers?.health.dead ?? dead;",
    replacement: "const own = dead;",
    breaks: "the headline counts the files that its button leads to",
    tests: ["tests/unit/dashboard-views.test.ts"],
  },
  {
    name: "kind-of-hidden-name",
    file: "lib/dashboard/pictures.ts",
    text: "/[^.]\\.([a-z0-9]{1,4})$/i",
    replacement: "/\\.([a-z0-9]{1,4})$/i",
    breaks: "what is no kind is not shown as one",
    tests: PARTS,
  },
];

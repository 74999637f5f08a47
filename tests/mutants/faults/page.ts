/** Deliberate faults in what a Page promises. */
import type { Mutant } from "../mutant.ts";

const TESTS = ["tests/relay/page-destination.test.ts"];

export const page: readonly Mutant[] = [
  {
    name: "posted-without-a-note",
    file: "lib/destinations/page/publish.ts",
    text: 'if (!(await attempt.note(written)) || !attempt.mayGoOn()) return { kind: "returned" };',
    replacement: "",
    breaks: "a post whose answer is lost is looked for before it is sent again",
    tests: TESTS,
  },
  {
    name: "photo-not-looked-for",
    file: "lib/destinations/page/former-attempt.ts",
    text: 'if (note?.stage !== "posting" && note?.stage !== "finishing") return null;',
    replacement: 'if (note?.stage !== "finishing") return null;',
    breaks: "a photo that is in a post already is not posted again",
    tests: TESTS,
  },
  {
    name: "text-of-another-file-taken-for-ours",
    file: "lib/destinations/page/former-attempt.ts",
    text: "owners[n] === null || owners[n] === id",
    replacement: "owners[n] !== id || owners[n] === id",
    breaks: "two files with the same words become two posts",
    tests: TESTS,
  },
  {
    name: "budget-of-posts-ignored",
    file: "lib/destinations/page/publish.ts",
    text: 'if (place.kind === "later") {',
    replacement: 'if (place.kind === "later" && place.at < 0) {',
    breaks: "so many posts a day and no more",
    tests: TESTS,
  },
  {
    name: "album-without-an-end",
    file: "lib/destinations/page/destination.ts",
    text: "maxPerPost: settings.albumMax",
    replacement: "maxPerPost: settings.albumMax * 100",
    breaks: "a post holds as many photos as was chosen",
    tests: TESTS,
  },
  {
    name: "former-post-left-beside-the-new-one",
    file: "lib/destinations/page/edit-post.ts",
    text: "if (!isReplaceable(formerRemoteId)) return null;",
    replacement: "if (isReplaceable(formerRemoteId)) return null;",
    breaks: "a replaced post is taken away",
    tests: TESTS,
  },
  {
    name: "note-under-a-lost-claim",
    file: "lib/store/scripts/note.ts",
    text: "~= token then return {'lost'} end",
    replacement: "== nil then return {'lost'} end",
    breaks: "whoever lost its claim does not post",
    tests: ["tests/contract/store.test.ts"],
  },
  {
    name: "caption-posted-by-itself",
    file: "lib/destinations/page/text-post.ts",
    text: "settings.captions && isSidecarName(delivery.name)",
    replacement: "!settings.captions && isSidecarName(delivery.name)",
    breaks: "a caption is part of its photo's post only",
    tests: TESTS,
  },
];

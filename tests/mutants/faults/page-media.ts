/** Deliberate faults in what becomes of files on a Page, and in how its errors and limits are met. */
import type { Mutant } from "../mutant.ts";

const ERRORS = ["tests/relay/page-errors.test.ts"];
const OPTIONS = ["tests/relay/page-options.test.ts"];
const MEDIA = ["tests/relay/page-media.test.ts"];
const ALLOWANCE = ["tests/relay/page-allowance.test.ts"];

export const pageMedia: readonly Mutant[] = [
  {
    name: "unknown-error-is-final",
    file: "lib/destinations/page/classify.ts",
    text: 'if (code !== null) return { verdict: "unclear", meaning: what };',
    replacement: "",
    breaks: "an error that nobody has described is tried again, or looked for",
    tests: ["tests/unit/page-classify.test.ts"],
  },
  {
    name: "block-never-grows",
    file: "lib/destinations/page/held-before.ts",
    text: "held += 1;",
    replacement: "held += 0;",
    breaks: "a block that is met again holds longer",
    tests: ERRORS,
  },
  {
    name: "upload-young-for-ever",
    file: "lib/destinations/page/photo-post.ts",
    text: "photoId, at: uploadedAt });",
    replacement: "photoId, at: uploadedAt + 86_400_000 });",
    breaks: "a photo that Facebook has taken away is uploaded anew",
    tests: ERRORS,
  },
  {
    name: "missing-photo-shown-again",
    file: "lib/destinations/page/photo-post.ts",
    text: 'if (published.refused === "media") {',
    replacement: 'if (published.refused === "link") {',
    breaks: "a photo that is said to be missing is uploaded anew",
    tests: ERRORS,
  },
  {
    name: "broken-upload-resumed-for-ever",
    file: "lib/destinations/page/video-post.ts",
    text: '(verdict === "resume" && at.broken)',
    replacement: '(verdict === "resume" && at.start < 0)',
    breaks: "a video's upload that cannot go on begins anew",
    tests: ERRORS,
  },
  {
    name: "refused-photo-not-made-anew",
    file: "lib/destinations/page/photo-upload.ts",
    text: 'if (verdict !== "convert" && verdict !== "useBytes") return ended(outcome);',
    replacement: "if (verdict !== undefined) return ended(outcome);",
    breaks: "a photo that Facebook refuses as it is is made anew",
    tests: ERRORS,
  },
  {
    name: "allowance-of-uploads-ignored",
    file: "lib/destinations/page/graph-client.ts",
    text: "options.now() + rule.holdMs);",
    replacement: "options.now() - rule.holdMs);",
    breaks: "from 95 % of the allowance on nothing is asked",
    tests: ALLOWANCE,
  },
  {
    name: "throttled-token-forgotten",
    file: "lib/destinations/page/destination.ts",
    text: "at: failure.at ?? null,",
    replacement: "at: null,",
    breaks: "a throttle met while the token is derived holds everything",
    tests: ALLOWANCE,
  },
  {
    name: "unfit-reel-given-up",
    file: "lib/destinations/page/reel-post.ts",
    text: 'UNFIT: readonly Verdict[] = ["asVideo", "asLink", "convert"]',
    replacement: 'UNFIT: readonly Verdict[] = ["asLink", "convert"]',
    breaks: "a video that is no reel becomes an ordinary one",
    tests: OPTIONS,
  },
  {
    name: "reel-taken-for-shown",
    file: "lib/destinations/page/reel-post.ts",
    text: 'if (isOurs && note?.stage === "finishing" && former?.kind === "rejected") return asVideo();',
    replacement: "",
    breaks: "a reel found unfit while it is prepared becomes an ordinary video",
    tests: OPTIONS,
  },
  {
    name: "refused-link-sent-again",
    file: "lib/destinations/page/text-post.ts",
    text: "...(shared.link === null || inText ?",
    replacement: "...(shared.link === null ?",
    breaks: "a link that Facebook cannot read goes into the text",
    tests: OPTIONS,
  },
  {
    name: "address-not-fallen-back-from",
    file: "lib/destinations/page/photo-upload.ts",
    text: 'return verdict === "useBytes" || verdict === "convert" ? null :',
    replacement: 'return verdict === "asLink" ? null :',
    breaks: "what Facebook cannot fetch is sent as bytes",
    tests: OPTIONS,
  },
  {
    name: "deleted-video-sent-on",
    file: "lib/destinations/page/video-post.ts",
    text: '{ outcome: { kind: "skipped", reason: "the file is no longer in Dropbox" } };',
    replacement: "ANEW;",
    breaks: "a video that is deleted under way is skipped",
    tests: MEDIA,
  },
];

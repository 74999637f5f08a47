/** Faults in the small pictures of files. */
import type { Mutant } from "../mutant.ts";

const THUMBNAILS = ["tests/routes/thumbnails.test.ts"];

export const pictures: readonly Mutant[] = [
  {
    name: "picture-of-any-revision",
    file: "lib/relay/thumbnails.ts",
    text: "return file?.rev === rev && isPicture(file.path) ? rev : null;",
    replacement: 'return isPicture(file?.path ?? "") ? rev : null;',
    breaks: "only pictures of files that the relay has listed are shown",
    tests: THUMBNAILS,
  },
  {
    name: "dropbox-asked-again-at-once",
    file: "lib/relay/thumbnails.ts",
    text: "paused.set(credential.fingerprint, now() + (error.retryAfterMs ?? PAUSE_MS));",
    replacement: "",
    breaks: "Dropbox is left alone for as long as it asks",
    tests: THUMBNAILS,
  },
  {
    name: "picture-of-two-at-once-asked-for-twice",
    file: "lib/relay/thumbnails.ts",
    text: "flights.set(key, flight);",
    replacement: "",
    breaks: "25 files cost one request",
    tests: THUMBNAILS,
  },
  {
    name: "clear-sheet-kept-for-a-day",
    file: "app/thumbnails/route.ts",
    text: "...(isWhole ? KEPT : NOT_KEPT)",
    replacement: "...(isWhole || !isWhole ? KEPT : NOT_KEPT)",
    breaks: "what Dropbox could not be asked for is asked for again",
    tests: THUMBNAILS,
  },
];

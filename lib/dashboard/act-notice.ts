/** What came of an act, said once on the page it leads back to. The address may be anybody's: only these words exist. */
import type { Tone } from "./tone.ts";

const NOTICES: Record<string, { tone: Tone; text: string }> = {
  replay: { tone: "ok", text: "It is in line again." },
  isThere: { tone: "ok", text: "Marked as delivered." },
  post: { tone: "ok", text: "It is sent again now." },
  calledAgain: { tone: "ok", text: "It is called again: all that waited for it is on its way." },
  isCalled: { tone: "warn", text: "Nothing was done: it is being called." },
  shared: { tone: "ok", text: "There is a link to this story now: it is below." },
  revoked: { tone: "ok", text: "The link is revoked, and shows nothing any more." },
  tooManyShares: { tone: "warn", text: "Nothing was done: revoke one of the links first." },
  cannotShare: { tone: "warn", text: "Nothing was done: links need ADMIN_TOKEN and ENCRYPTION_KEY." },
  notThere: { tone: "warn", text: "Nothing was done: somebody has dealt with it already." },
  changed: { tone: "warn", text: "Nothing was done: it has changed meanwhile. This is how it stands now." },
  anothersPost: { tone: "bad", text: "Nothing was done: that post is known to be another file's. Look once more." },
  unsure: { tone: "warn", text: "Nothing was sent: look at the destination first, and say that you did." },
  unknownPost: {
    tone: "bad",
    text: "Nothing was done: that names no post. Give its id or address, or leave it empty.",
  },
};

export const noticeOf = (did: string | null): { tone: Tone; text: string } | null =>
  did !== null && Object.hasOwn(NOTICES, did) ? (NOTICES[did] ?? null) : null;

/** A file that is neither photo nor video becomes a post of text. Facebook gives it no anchor: its text is looked for. */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { isSidecarName } from "./caption.ts";
import { formerAttempt } from "./former-attempt.ts";
import { heldBefore } from "./held-before.ts";
import { parseNote, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { budgetKey, publish } from "./publish.ts";
import { writeRemote } from "./remote-id.ts";
import { wordsFor } from "./words.ts";

export async function deliverText(deps: PageDeps, token: string, claimed: Claimed, attempt: Attempt): Promise<Outcome> {
  const { delivery } = claimed;
  const { settings, now } = deps;
  if (settings.otherAs === "skip") return { kind: "skipped", reason: "neither a photo nor a video" };
  if (settings.captions && isSidecarName(delivery.name)) {
    return { kind: "skipped", reason: "a text file is the caption of the photo beside it" };
  }
  const note = parseNote(claimed.note);
  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (former !== null) return former;
  if (note?.stage === "posting" && note.doubted) {
    return { kind: "untellable", message: "Facebook says that it is posted already, and it is not to be found" };
  }
  const worded = await wordsFor(deps, delivery);
  if (worded.kind === "ended") return worded.outcome;
  const { message } = worded.words;
  if (message === null) return { kind: "rejected", message: "the template gives no text for this file" };
  const posting = {
    stage: "posting",
    rev: delivery.rev,
    photoId: null,
    text: message,
    files: 1,
    doubted: false,
    at: now(),
  } as const;
  const published = await publish(
    deps,
    token,
    {
      key: budgetKey(delivery),
      held: heldBefore(delivery),
      post: { message },
      notes: new Map([[delivery.id, posting]]),
    },
    attempt,
  );
  if (published.kind === "posted") {
    const remoteId = writeRemote({ postId: published.postId, mediaId: null, files: 1 });
    const pause = published.pauseUntil === null ? {} : { pauseUntil: published.pauseUntil };
    return { kind: "delivered", remoteId, wrote: true, ...pause };
  }
  if (published.kind === "alreadyThere") {
    await attempt.note(new Map([[delivery.id, writeNote({ ...posting, doubted: true })]]));
  }
  return published.outcome;
}

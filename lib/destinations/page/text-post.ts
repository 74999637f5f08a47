/**
 * A file that is neither photo nor video becomes a post of text, with a link to it where that is wanted. Facebook gives
 * it no anchor: its text is looked for.
 */
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

/** How long (ms) a file waits for a person to allow links to it. */
const ASK_AGAIN_MS = 60 * 60_000;

export async function deliverText(deps: PageDeps, token: string, claimed: Claimed, attempt: Attempt): Promise<Outcome> {
  const { delivery } = claimed;
  const { settings, now } = deps;
  // Before it is left out, too: what an earlier revision became would be forgotten with its note.
  const note = parseNote(claimed.note);
  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (former !== null) return former;
  if (settings.otherAs === "skip") return { kind: "skipped", reason: "neither a photo nor a video" };
  if (settings.captions && isSidecarName(delivery.name)) {
    return { kind: "skipped", reason: "a text file is the caption of the photo beside it" };
  }
  if (note?.stage === "posting" && note.doubted) {
    return { kind: "untellable", message: "Facebook says that it is posted already, and it is not to be found" };
  }
  const shared = settings.otherAs === "link" ? await linkTo(deps, delivery) : { link: null };
  if ("outcome" in shared) return shared.outcome;
  const worded = await wordsFor(deps, delivery, shared.link);
  if (worded.kind === "ended") return worded.outcome;
  const inText = note?.stage === "posting" && note.linkRefused === true;
  const { message: written } = worded.words;
  const isMissing = inText && shared.link !== null && !written?.includes(shared.link);
  const message = isMissing ? [written, shared.link].filter(Boolean).join("\n\n") : written;
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
      post: { message, ...(shared.link === null || inText ? {} : { link: shared.link }) },
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
  if (published.kind === "ended" && published.refused === "link") {
    await attempt.note(new Map([[delivery.id, writeNote({ ...posting, linkRefused: true })]]));
  }
  return published.outcome;
}

/** Asked for anew with each attempt: it is the same each time, and whoever took it back does not want it posted. */
async function linkTo(
  { source, now }: PageDeps,
  { id }: Claimed["delivery"],
): Promise<{ link: string } | { outcome: Outcome }> {
  const shared = await source.sharedLink(id);
  switch (shared.kind) {
    case "read":
      return { link: shared.value };
    case "gone":
      return { outcome: { kind: "skipped", reason: "the file is no longer in Dropbox" } };
    case "later": {
      const { at, message } = shared;
      return { outcome: { kind: "retryAt", at, cause: "unavailable", hold: false, message } };
    }
    case "refused": {
      // A person has to do something, at Dropbox: nothing else need wait for it.
      const at = now() + ASK_AGAIN_MS;
      return { outcome: { kind: "retryAt", at, cause: "unavailable", hold: false, message: shared.message } };
    }
  }
}

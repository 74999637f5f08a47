/** A file that is gone: its post stays, is hidden or taken away, as was chosen. Never while the file is there after all. */
import type { Claimed, Held } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import { formerAttempt } from "./former-attempt.ts";
import { type Note, parseNote, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { shownPostOf } from "./probe.ts";
import { readRemote } from "./remote-id.ts";

/** The listing that shows a file again is on its way: by a notification in seconds, by the sweep in minutes. */
const LISTED_WITHIN_MS = 60_000;

export async function deliverGone(deps: PageDeps, token: string, claimed: Claimed, attempt: Attempt): Promise<Outcome> {
  const { delivery, before } = claimed;
  const note = parseNote(claimed.note);
  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (former !== null) return former;
  if (before === null) return { kind: "skipped", reason: "the file is gone, and was never on the Page" };
  // What was begun is brought to its end, whatever is chosen by now: it may have happened.
  const begun = note?.stage === "removing" ? "delete" : note?.stage === "hiding" ? "hide" : null;
  const mode = begun ?? deps.settings.onDelete;
  if (mode === "keep") return { kind: "skipped", reason: "the file is gone; PAGE_ON_DELETE=keep leaves its post" };
  if (mode === "hide" && before.hidden) return { kind: "skipped", reason: "its post is hidden already" };

  // The two halves of a move may be further apart than any grace.
  const found = await deps.source.isSelected(delivery.id);
  if (found.kind === "later") {
    return { kind: "retryAt", at: found.at, cause: "unavailable", hold: false, message: found.message };
  }
  if (found.kind === "read" && found.value) {
    return { kind: "notYet", at: deps.now() + LISTED_WITHIN_MS, reason: "the file is there: its listing is to come" };
  }
  const withdraw = mode === "delete" ? remove : hide;
  return withdraw(deps, token, { id: delivery.id, before }, attempt);
}

interface Posted {
  id: string;
  before: Held;
}

/** Null: noted, go on. */
async function noteFirst(attempt: Attempt, { id }: Posted, note: Note): Promise<Outcome | null> {
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const noted = await attempt.note(new Map([[id, writeNote(note)]]));
  return noted && attempt.mayGoOn() ? null : { kind: "returned" };
}

/**
 * Takes the post away; of a post with several photos, this one, and the post once none is left in it. Safe to be repeated
 * after any answer or none: an id is never given twice, so a second request can only find nothing.
 */
async function remove(deps: PageDeps, token: string, posted: Posted, attempt: Attempt): Promise<Outcome> {
  const { client, now } = deps;
  const { postId, mediaId, files } = readRemote(posted.before.remoteId);
  if (postId === "") return { kind: "skipped", reason: "which post it became is not known: that one stays" };
  const target = files > 1 && mediaId !== null ? mediaId : postId;
  const stop = await noteFirst(attempt, posted, { stage: "removing", target, at: now() });
  if (stop !== null) return stop;
  const answer = await client.deletePost(token, target);
  if (!answer.ok) {
    const { verdict, outcome } = classify(answer, "delete", now());
    if (verdict !== "gone") return outcome;
  }
  if (target !== postId) {
    const left = await removeIfEmpty(deps, token, postId, attempt);
    if (left !== null) return left;
  }
  return { kind: "removed", remoteId: posted.before.remoteId, wrote: answer.ok };
}

/** Null: the others' post stays, or there is none any more. */
async function removeIfEmpty(
  { client, now }: PageDeps,
  token: string,
  postId: string,
  attempt: Attempt,
): Promise<Outcome | null> {
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const post = await client.post(token, postId);
  if (!post.ok) {
    const { verdict, outcome } = classify(post, "read", now());
    return verdict === "gone" ? null : outcome;
  }
  if (post.data.mediaIds.some((id) => id !== postId)) return null;
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const answer = await client.deletePost(token, postId);
  if (answer.ok) return null;
  const { verdict, outcome } = classify(answer, "delete", now());
  return verdict === "gone" ? null : outcome;
}

async function hide(deps: PageDeps, token: string, posted: Posted, attempt: Attempt): Promise<Outcome> {
  const { client, now } = deps;
  const { remoteId } = posted.before;
  if (readRemote(remoteId).files > 1) {
    return { kind: "skipped", reason: "shares its post with other photos: one alone cannot be hidden" };
  }
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const shown = await shownPostOf(client, token, remoteId, now());
  if (shown.kind === "unknown") return shown.outcome;
  if (shown.kind === "absent") return { kind: "removed", remoteId, wrote: false };
  const stop = await noteFirst(attempt, posted, { stage: "hiding", at: now() });
  if (stop !== null) return stop;
  const answer = await client.updatePost(token, shown.postId, { isHidden: true });
  if (answer.ok) return { kind: "hidden", wrote: true };
  const { verdict, outcome } = classify(answer, "edit", now());
  return verdict === "gone" ? { kind: "removed", remoteId, wrote: false } : outcome;
}

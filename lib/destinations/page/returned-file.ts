/** A file that is there again: the end of what was begun when it was gone, and its hidden post shown again. */
import type { Claimed, Held } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import { parseNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { shownPostOf } from "./probe.ts";
import { wordsFor } from "./words.ts";

/**
 * After a removal whose end is not known: null when what was to go is still there, so that the post is the file's again.
 * Reads only; nothing that may still take it away is under way, or this delivery would not have been claimed.
 */
export async function afterRemoval(deps: PageDeps, token: string, claimed: Claimed): Promise<Outcome | null> {
  const note = parseNote(claimed.note);
  if (note?.stage !== "removing" || claimed.before === null) return null;
  const answer = await deps.client.exists(token, note.target);
  if (answer.ok) return null;
  const { verdict, outcome } = classify(answer, "read", deps.now());
  return verdict === "gone" ? { kind: "foundRemoved", remoteId: claimed.before.remoteId } : outcome;
}

/** Shows a hidden post again, with the file's present text where edits give it. The same again changes nothing. */
export async function showAgain(
  deps: PageDeps,
  token: string,
  { delivery, before }: Claimed & { before: Held },
  attempt: Attempt,
): Promise<Outcome> {
  const { client, settings, now } = deps;
  const { remoteId } = before;
  const worded = settings.onEdit === "keep" ? null : await wordsFor(deps, delivery);
  if (worded?.kind === "ended") return worded.outcome;
  const message = worded?.words.message ?? null;
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const shown = await shownPostOf(client, token, remoteId, now());
  if (shown.kind === "unknown") return shown.outcome;
  if (shown.kind === "absent") return { kind: "foundRemoved", remoteId };
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const change = { isHidden: false, ...(message === null ? {} : { message }) };
  const answer = await client.updatePost(token, shown.postId, change);
  if (answer.ok) return { kind: "updated", remoteId, wrote: true };
  const { verdict, outcome } = classify(answer, "edit", now());
  return verdict === "gone" ? { kind: "foundRemoved", remoteId } : outcome;
}

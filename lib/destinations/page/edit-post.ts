/** A file that was posted and is edited or renamed: its post stays, gets the new text, or makes room for a new one. */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import type { PageDeps } from "./page-deps.ts";
import { shownPostOf } from "./probe.ts";
import { isReplaceable, readRemote } from "./remote-id.ts";
import { wordsFor } from "./words.ts";

/** Gives the post the text of the file as it is now. */
export async function updateText(
  deps: PageDeps,
  token: string,
  claimed: Claimed & { before: { remoteId: string } },
  attempt: Attempt,
): Promise<Outcome> {
  const { client, now } = deps;
  const { remoteId } = claimed.before;
  if (readRemote(remoteId).files > 1)
    return { kind: "skipped", reason: "shares its post with other photos, whose text stays" };
  const worded = await wordsFor(deps, claimed.delivery);
  if (worded.kind === "ended") return worded.outcome;
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const shown = await shownPostOf(client, token, remoteId, now());
  if (shown.kind === "unknown") return shown.outcome;
  if (shown.kind === "absent") return { kind: "skipped", reason: "its post is no longer on the Page" };
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const answer = await client.updatePost(token, shown.postId, { message: worded.words.message ?? "" });
  // The same text given twice changes nothing, so this needs no note.
  if (answer.ok) return { kind: "updated", remoteId, wrote: true };
  const { verdict, outcome } = classify(answer, "edit", now());
  return verdict === "gone" ? { kind: "skipped", reason: "its post is no longer on the Page" } : outcome;
}

/** Takes the former post away once the new one is there; it may be gone already. Null: done. */
export async function removeFormer(deps: PageDeps, token: string, formerRemoteId: string): Promise<Outcome | null> {
  if (!isReplaceable(formerRemoteId)) return null;
  const answer = await deps.client.deletePost(token, readRemote(formerRemoteId).postId);
  if (answer.ok) return null;
  const { verdict, outcome } = classify(answer, "delete", deps.now());
  return verdict === "gone" ? null : outcome;
}

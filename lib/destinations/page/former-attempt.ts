/** What an earlier attempt may have shown before its answer was lost: looked for before anything else is done. Reads only. */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import type { Post } from "./graph-schemas.ts";
import type { Note } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { findPost, type Probed, probePhoto, sameText } from "./probe.ts";
import { type Remote, writeRemote } from "./remote-id.ts";

/** A video that was asked for and is not shown yet is looked at again after this. */
export const LOOK_AGAIN_MS = 30_000;

type Shown = { kind: "there"; remote: Remote } | { kind: "absent" } | { kind: "unknown"; outcome: Outcome };

/** The end of this attempt, when the former one decides it; null when there is nothing of it to be seen. */
export async function formerAttempt(
  deps: PageDeps,
  token: string,
  { delivery }: Claimed,
  note: Note | null,
  attempt: Attempt,
): Promise<Outcome | null> {
  if (note?.stage !== "posting" && note?.stage !== "finishing") return null;
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const shown =
    note.stage === "finishing"
      ? await lookForVideo(deps, token, note.videoId, delivery.gone !== undefined)
      : await lookForPost(deps, token, note, delivery.id, attempt);
  if (shown.kind === "absent") return null;
  if (shown.kind === "unknown") return shown.outcome;
  const remoteId = writeRemote(shown.remote);
  if (note.rev === delivery.rev) return { kind: "delivered", remoteId, wrote: false };
  // The file was edited meanwhile: what is shown is its former revision, and this one an edit of it.
  return { kind: "foundFormer", formerRev: note.rev, remoteId };
}

async function lookForPost(
  { client, settings, now }: PageDeps,
  token: string,
  note: Note & { stage: "posting" },
  id: string,
  attempt: Attempt,
): Promise<Shown> {
  const search = { pageId: settings.pageId, since: note.at, now: now() };
  const { photoId: mediaId, files } = note;
  const probed: Probed =
    mediaId !== null
      ? await probePhoto(client, token, { ...search, photoId: mediaId })
      : await findPost(client, token, search, (posts) => unowned(posts, note.text, id, attempt));
  return probed.kind === "there" ? { kind: "there", remote: { postId: probed.postId, mediaId, files } } : probed;
}

/** The post of this text that is not another file's: two files may well have the same words. */
async function unowned(posts: readonly Post[], text: string, id: string, attempt: Attempt): Promise<Post | null> {
  const alike = posts.filter((post) => sameText(post.message, text));
  const owners = await attempt.ownersOf(alike.map((post) => writeRemote({ postId: post.id, mediaId: null, files: 1 })));
  return alike.find((_, n) => owners[n] === null || owners[n] === id) ?? null;
}

/** `mayBeAbsent`: nothing more is to be shown, so that a video which is not at Facebook is no matter. */
async function lookForVideo(
  { client, now }: PageDeps,
  token: string,
  videoId: string,
  mayBeAbsent: boolean,
): Promise<Shown> {
  const unknown = (outcome: Outcome): Shown => ({ kind: "unknown", outcome });
  const answer = await client.video(token, videoId);
  if (!answer.ok) {
    const { verdict, outcome } = classify(answer, "read", now());
    if (verdict === "gone" && mayBeAbsent) return { kind: "absent" };
    return unknown(
      verdict === "gone" ? { kind: "untellable", message: "the video is no longer at Facebook" } : outcome,
    );
  }
  const { postId, isPublished, publishing, error } = answer.data;
  if (postId !== null || isPublished === true) {
    return { kind: "there", remote: { postId: postId ?? videoId, mediaId: videoId, files: 1 } };
  }
  if (error !== null && mayBeAbsent) return { kind: "absent" };
  if (error !== null) return unknown({ kind: "rejected", message: `Facebook could not use the video: ${error}` });
  if (publishing === "in_progress" || publishing === "published" || publishing === "completed") {
    const message = "Facebook is still publishing the video";
    return unknown({ kind: "unclear", at: now() + LOOK_AGAIN_MS, landsUntil: null, message });
  }
  return { kind: "absent" };
}

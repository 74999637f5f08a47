/** A file that is neither photo nor video becomes a post of text. Facebook gives it no anchor: its text is looked for. */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { isSidecarName } from "./caption.ts";
import type { Post } from "./graph-schemas.ts";
import { parseNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { findPost, sameText } from "./probe.ts";
import { publish } from "./publish.ts";
import { writeRemote } from "./remote-id.ts";
import { wordsFor } from "./words.ts";

export async function deliverText(
  deps: PageDeps,
  token: string,
  { delivery, note: noted }: Claimed,
  attempt: Attempt,
): Promise<Outcome> {
  const { settings, client, source, now } = deps;
  if (settings.otherAs === "skip") return { kind: "skipped", reason: "neither a photo nor a video" };
  if (settings.captions && isSidecarName(delivery.name)) {
    return { kind: "skipped", reason: "a text file is the caption of the photo beside it" };
  }
  const note = parseNote(noted);
  if (note?.stage === "posting") {
    if (!attempt.mayGoOn()) return { kind: "returned" };
    const search = { pageId: settings.pageId, since: note.at, now: now() };
    const probed = await findPost(client, token, search, (posts) => unowned(posts, note.text, delivery.id, attempt));
    if (probed.kind === "unknown") return probed.outcome;
    if (probed.kind === "there") {
      const remoteId = writeRemote({ postId: probed.postId, mediaId: null, files: 1 });
      return { kind: "delivered", remoteId, wrote: false };
    }
    if (note.doubted) {
      return { kind: "untellable", message: "Facebook says that it is posted already, and it is not to be found" };
    }
  }
  const worded = await wordsFor(delivery, { source, template: settings.message, captions: false, now: now() });
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
  const key = `${delivery.id} ${delivery.rev}`;
  const published = await publish(
    deps,
    token,
    { key, post: { message }, notes: new Map([[delivery.id, posting]]) },
    attempt,
  );
  if (published.kind === "posted") {
    const remoteId = writeRemote({ postId: published.postId, mediaId: null, files: 1 });
    const pause = published.pauseUntil === null ? {} : { pauseUntil: published.pauseUntil };
    return { kind: "delivered", remoteId, wrote: true, ...pause };
  }
  if (published.kind === "alreadyThere") {
    await attempt.note(new Map([[delivery.id, JSON.stringify({ ...posting, doubted: true })]]));
  }
  return published.outcome;
}

/** The post of this text that is not another file's: two files may well have the same words. */
async function unowned(posts: readonly Post[], text: string, id: string, attempt: Attempt): Promise<Post | null> {
  const alike = posts.filter((post) => sameText(post.message, text));
  if (alike.length === 0) return null;
  const remotes = alike.map((post) => writeRemote({ postId: post.id, mediaId: null, files: 1 }));
  const owners = await attempt.ownersOf(remotes);
  return alike.find((_, n) => owners[n] === null || owners[n] === id) ?? null;
}

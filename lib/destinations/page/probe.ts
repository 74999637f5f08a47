/** Finds out whether a post that was asked for came to be: by its photo or by its text. Reads only. */
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import type { GraphClient } from "./graph-client.ts";
import type { Post } from "./graph-schemas.ts";
import { readRemote } from "./remote-id.ts";

/** Clocks differ, and a request was on its way before it was taken. */
const BEFORE_MS = 5 * 60_000;
/** Posts are read newest first, a hundred a page; past so many pages the search says that it is not complete. */
const PAGES_MAX = 5;

export type Probed =
  | { kind: "there"; postId: string }
  | { kind: "absent" }
  /** The search could not be made, or not to its end. */
  | { kind: "unknown"; outcome: Outcome };

export interface Search {
  pageId: string;
  /** When the post was asked for (ms). */
  since: number;
  now: number;
}

/** Whether the photo is in a post. Only a complete search of the posts since then proves that it is not. */
export async function probePhoto(
  client: GraphClient,
  token: string,
  search: Search & { photoId: string },
): Promise<Probed> {
  const photo = await client.photo(token, search.photoId);
  if (photo.ok && photo.data.pageStoryId !== null) return { kind: "there", postId: photo.data.pageStoryId };
  if (!photo.ok) {
    const { verdict, outcome } = classify(photo, "read", search.now);
    if (verdict !== "gone") return { kind: "unknown", outcome };
    // An upload that was never shown is taken away after a day; a photo that was shown may have been deleted with its post.
  }
  return findPost(
    client,
    token,
    search,
    (posts) => posts.find((post) => post.mediaIds.includes(search.photoId)) ?? null,
  );
}

/** The post that the ledger tells of. A video that was just published is known by its own id until its post has one. */
export async function shownPostOf(client: GraphClient, token: string, remoteId: string, now: number): Promise<Probed> {
  const { postId, mediaId } = readRemote(remoteId);
  if (postId === "") {
    return {
      kind: "unknown",
      outcome: { kind: "skipped", reason: "which post it became is not known: that one stays" },
    };
  }
  if (postId !== mediaId) return { kind: "there", postId };
  const video = await client.video(token, mediaId);
  if (video.ok && video.data.postId !== null) return { kind: "there", postId: video.data.postId };
  if (video.ok) {
    const message = "Facebook does not tell yet which post shows the video";
    return { kind: "unknown", outcome: { kind: "retryAt", at: null, cause: "unavailable", hold: false, message } };
  }
  const { verdict, outcome } = classify(video, "read", now);
  return verdict === "gone" ? { kind: "absent" } : { kind: "unknown", outcome };
}

/** The post since then that `pick` recognises among those of a page. */
export async function findPost(
  client: GraphClient,
  token: string,
  search: Search,
  pick: (posts: readonly Post[]) => Post | null | Promise<Post | null>,
): Promise<Probed> {
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await client.publishedPosts(token, search.pageId, { since: search.since - BEFORE_MS, after });
    if (!answer.ok) return { kind: "unknown", outcome: classify(answer, "read", search.now).outcome };
    const found = await pick(answer.data.posts);
    if (found !== null) return { kind: "there", postId: found.id };
    after = answer.data.after;
    if (after === null) return { kind: "absent" };
  }
  return { kind: "unknown", outcome: { kind: "untellable", message: "too many posts since then to look through" } };
}

/** Texts as Facebook may give them back: one form of accents, one kind of space. */
export const sameText = (one: string | null, other: string): boolean => plain(one ?? "") === plain(other);
const plain = (text: string): string => text.normalize("NFC").replace(/\s+/g, " ").trim();

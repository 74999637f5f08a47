/** Which post a person means, who has looked at the Page: by its id, or by an address that holds one. */
import { parseNote } from "./note.ts";
import { readRemote, writeRemote } from "./remote-id.ts";

/**
 * What the ledger then keeps; null when this is no id and no address of one. Nothing given: that the post is there, and
 * not where; an edit of the file then leaves it as it is. What was noted tells the photo or video, and how many share it.
 */
export function remoteOfGiven(given: string | null, noteText: string | null, pageId: string): string | null {
  const postId = given === null ? "" : postIdIn(given.trim(), pageId);
  if (postId === null) return null;
  const note = parseNote(noteText);
  if (note === null) return writeRemote({ postId, mediaId: null, files: 1 });
  if (note.stage === "posting") return writeRemote({ postId, mediaId: note.photoId, files: note.files });
  if (note.stage === "uploaded") return writeRemote({ postId, mediaId: note.photoId, files: 1 });
  // Of a file that is gone: the ledger knows of its post.
  if (note.stage === "removing" || note.stage === "hiding") return writeRemote({ postId, mediaId: null, files: 1 });
  // A video's post may be known by the video alone.
  return writeRemote({ postId: postId || note.videoId, mediaId: note.videoId, files: 1 });
}

const whole = (postId: string, pageId: string) => (postId.includes("_") ? postId : `${pageId}_${postId}`);

function postIdIn(given: string, pageId: string): string | null {
  if (/^\d+(_\d+)?$/.test(given)) return whole(given, pageId);
  if (!URL.canParse(given)) return null;
  const { hostname, pathname, searchParams } = new URL(given);
  if (!/(^|\.)facebook\.com$/.test(hostname)) return null;
  const story = searchParams.get("story_fbid");
  if (story !== null) return /^\d+$/.test(story) ? whole(story, pageId) : null;
  // A newer address hides the id (`pfbid…`): Facebook takes it for none.
  const found = /^\/(?:[^/]+\/posts\/(?:[^/]+\/)?)?(\d+(?:_\d+)?)\/?$/.exec(pathname)?.[1];
  return found === undefined ? null : whole(found, pageId);
}

/** The post's address for a browser; null for one that nobody has named. */
export function linkToRemote(remoteId: string): string | null {
  const { postId } = readRemote(remoteId);
  return postId === "" ? null : `https://www.facebook.com/${postId}`;
}

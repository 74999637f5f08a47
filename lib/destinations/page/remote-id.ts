/** What the ledger keeps of a post: its id, the photo of this file in it, and how many files share it. */
export interface Remote {
  postId: string;
  /** Null: a text post. For a video the post may have no id of its own yet, then both are the video's. */
  mediaId: string | null;
  files: number;
}

export const writeRemote = ({ postId, mediaId, files }: Remote): string => `${postId}/${mediaId ?? ""}/${files}`;

/** Whether both name the same post: a video's may be known by its own id or the video's. */
export function isSamePost(one: string, other: string): boolean {
  const [a, b] = [readRemote(one), readRemote(other)];
  return a.postId === b.postId || (a.mediaId !== null && a.mediaId === b.mediaId);
}

export function readRemote(text: string): Remote {
  const [postId = "", mediaId = "", files = "1"] = text.split("/");
  return { postId, mediaId: mediaId === "" ? null : mediaId, files: Number(files) };
}

/** Its post is its own alone, and known. */
export function isReplaceable(remoteId: string): boolean {
  const { postId, files } = readRemote(remoteId);
  return files === 1 && postId !== "";
}

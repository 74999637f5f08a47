/** What the ledger keeps of a post: its id, the photo of this file in it, and how many files share it. */
export interface Remote {
  postId: string;
  /** Null: a text post. For a video the post may have no id of its own yet, then both are the video's. */
  mediaId: string | null;
  files: number;
}

export const writeRemote = ({ postId, mediaId, files }: Remote): string => `${postId}/${mediaId ?? ""}/${files}`;

export function readRemote(text: string): Remote {
  const [postId = "", mediaId = "", files = "1"] = text.split("/");
  return { postId, mediaId: mediaId === "" ? null : mediaId, files: Number(files) };
}

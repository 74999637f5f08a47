/** What the Page keeps: photos, posts, videos, and the log of writes. */

export interface StoredPhoto {
  id: string;
  hash: string;
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  caption: string | null;
  altText: string | null;
  createdAt: number;
  /** May wait for a scheduled post for longer than a day. */
  temporary: boolean;
  /** The post it was put into, public or not. */
  postId: string | null;
  deletedAt: number | null;
}

export interface StoredPost {
  id: string;
  message: string | null;
  link: string | null;
  photoIds: string[];
  videoId: string | null;
  state: "published" | "scheduled" | "draft";
  /** For a scheduled post, once it is public: its time. */
  createdAt: number;
  publishAt: number | null;
  backdatedTo: number | null;
  hidden: boolean;
  deletedAt: number | null;
  edits: { at: number; message: string | null }[];
  appId: string;
}

export interface StoredVideo {
  id: string;
  name: string;
  title: string | null;
  description: string | null;
  size: number;
  chunks: Uint8Array<ArrayBuffer>[];
  /** Of a video in chunks, once it is whole. */
  sha256: string | null;
  received: number;
  reel: boolean;
  createdAt: number;
  finishedAt: number | null;
  /** When processing is over. */
  readyAt: number;
  goal: "published" | "scheduled" | "draft";
  publishAt: number | null;
  failed: boolean;
  postId: string | null;
  /** The post can be read this long after it is public. */
  postIdLagMs: number;
  deletedAt: number | null;
}

export interface GraphWrite {
  at: number;
  what: "photo" | "post" | "video" | "publish" | "edit" | "hide" | "delete";
  id: string;
}

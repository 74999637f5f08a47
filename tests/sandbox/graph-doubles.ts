/** What is public more than once: the fault the relay exists to avoid. */
import { hashOf } from "./graph-media.ts";
import type { StoredPost } from "./graph-model.ts";
import type { GraphStore } from "./graph-store.ts";

export interface GraphDouble {
  kind: "photo" | "video" | "link";
  name: string;
  postIds: string[];
}

/** Photos by content and file name, videos by content and texts, posts without either by message and link. */
export function doublesOf(store: GraphStore): GraphDouble[] {
  const found = new Map<string, GraphDouble>();
  const note = (kind: GraphDouble["kind"], content: string, name: string, post: StoredPost) => {
    const key = JSON.stringify([kind, content, name]);
    const entry = found.get(key) ?? { kind, name, postIds: [] };
    entry.postIds.push(post.id);
    found.set(key, entry);
  };
  const photos = new Map(store.photos().map((photo) => [photo.id, photo]));
  const videos = new Map(store.videos().map((video) => [video.id, video]));
  for (const post of store.posts().filter(store.isPublic)) {
    const video = videos.get(post.videoId ?? "");
    if (video !== undefined) note("video", hashOf(video.chunks), [video.title, video.description].join("\n"), post);
    for (const id of post.photoIds) {
      const photo = photos.get(id);
      if (photo !== undefined) note("photo", photo.hash, photo.name, post);
    }
    if (video === undefined && post.photoIds.length === 0) note("link", post.link ?? "", post.message ?? "", post);
  }
  return [...found.values()].filter((entry) => entry.postIds.length > 1);
}

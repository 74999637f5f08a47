/**
 * The Page as it is: photos, videos, posts, and what time does to them. Nothing runs by itself: `settle` does, before
 * each look, what had fallen due.
 */

import type { GraphWrite, StoredPhoto, StoredPost, StoredVideo } from "./graph-model.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface StoreOptions {
  now: () => number;
  newId: () => string;
  pageId: string;
  /** What a post's id begins with; for Pages of the new kind it can differ from the Page's id. */
  ownerId?: string;
  appId: string;
}

export type GraphStore = ReturnType<typeof createGraphStore>;
export type PostInput = Partial<Omit<StoredPost, "id" | "edits" | "deletedAt">>;

export function createGraphStore({ now, newId, pageId, ownerId = pageId, appId }: StoreOptions) {
  const photos = new Map<string, StoredPhoto>();
  const posts = new Map<string, StoredPost>();
  const videos = new Map<string, StoredVideo>();
  const writes: GraphWrite[] = [];
  const seen = <T extends { deletedAt: number | null }>(one: T | undefined): T | null =>
    one === undefined || one.deletedAt !== null ? null : one;
  const wrote = (what: GraphWrite["what"], id: string) => writes.push({ at: now(), what, id });

  function vanish(photo: StoredPhoto, at: number): void {
    const post = photo.postId === null ? undefined : posts.get(photo.postId);
    const kept = post !== undefined && (post.state === "published" || (photo.temporary && post.state === "scheduled"));
    if (!kept && photo.deletedAt === null && at - photo.createdAt >= DAY_MS) photo.deletedAt = photo.createdAt + DAY_MS;
  }

  function publish(post: StoredPost, at: number): void {
    for (const id of post.photoIds) vanish(photos.get(id) ?? never(id), at);
    post.photoIds = post.photoIds.filter((id) => photos.get(id)?.deletedAt === null);
    Object.assign(post, { state: "published", createdAt: at });
  }

  function addPost(given: PostInput): StoredPost {
    const post: StoredPost = {
      ...{ message: null, link: null, photoIds: [], videoId: null, state: "published", createdAt: now() },
      ...{ publishAt: null, backdatedTo: null, hidden: false, deletedAt: null, edits: [], appId },
      ...given,
      id: `${ownerId}_${newId()}`,
    };
    posts.set(post.id, post);
    for (const id of post.photoIds) (photos.get(id) ?? never(id)).postId = post.id;
    return post;
  }

  function settleVideo(video: StoredVideo): void {
    const due = Math.max(video.readyAt, video.publishAt ?? 0);
    const waits = video.finishedAt === null || video.goal === "draft" || video.failed || video.postId !== null;
    if (waits || video.deletedAt !== null || now() < due) return;
    video.postId = addPost({ message: video.description, videoId: video.id, createdAt: due }).id;
  }

  function settle(): void {
    for (const post of posts.values())
      if (post.state === "scheduled" && post.deletedAt === null && (post.publishAt ?? 0) <= now())
        publish(post, post.publishAt ?? now());
    for (const photo of photos.values()) vanish(photo, now());
    for (const video of videos.values()) settleVideo(video);
  }

  return {
    settle,
    addPost(given: PostInput): StoredPost {
      const post = addPost(given);
      wrote("post", post.id);
      return post;
    },
    addPhoto(given: Pick<StoredPhoto, "hash" | "name" | "type" | "bytes" | "caption" | "altText" | "temporary">) {
      const photo: StoredPhoto = { ...given, id: newId(), createdAt: now(), postId: null, deletedAt: null };
      photos.set(photo.id, photo);
      wrote("photo", photo.id);
      return photo;
    },
    addVideo(size: number, reel: boolean): StoredVideo {
      const video: StoredVideo = {
        ...{ id: newId(), name: "", title: null, description: null, size, chunks: [], received: 0, reel },
        ...{ createdAt: now(), finishedAt: null, readyAt: 0, goal: "published", publishAt: null, failed: false },
        ...{ postId: null, postIdLagMs: 0, deletedAt: null, sha256: null },
      };
      videos.set(video.id, video);
      return video;
    },
    finishVideo(
      video: StoredVideo,
      end: Pick<StoredVideo, "title" | "description" | "readyAt" | "goal" | "publishAt">,
    ) {
      Object.assign(video, end, { finishedAt: now() });
      wrote("video", video.id);
      settleVideo(video);
    },
    publishNow(post: StoredPost): void {
      if (post.state === "published") return;
      publish(post, now());
      wrote("publish", post.id);
    },
    edit(post: StoredPost, message: string): void {
      post.edits.push({ at: now(), message: post.message });
      post.message = message;
      wrote("edit", post.id);
    },
    hide(post: StoredPost, hidden: boolean): void {
      post.hidden = hidden;
      wrote("hide", post.id);
    },
    /** A deleted post takes its photos and its video with it; a photo leaves its post, which stays even without any. */
    remove(one: StoredPost | StoredPhoto | StoredVideo): void {
      one.deletedAt = now();
      if ("hash" in one && one.postId !== null) {
        const post = posts.get(one.postId) ?? never(one.postId);
        post.photoIds = post.photoIds.filter((id) => id !== one.id);
      }
      if ("photoIds" in one)
        for (const part of [...one.photoIds.map((id) => photos.get(id)), videos.get(one.videoId ?? "")])
          if (part !== undefined) part.deletedAt = now();
      if ("chunks" in one && one.postId !== null) (posts.get(one.postId) ?? never(one.postId)).deletedAt = now();
      wrote("delete", one.id);
    },
    /** Those that can be seen with a token; null for what is gone or never was. */
    photo: (id: string) => seen(photos.get(id)),
    post: (id: string) => seen(posts.get(id)),
    video: (id: string) => seen(videos.get(id)),
    /** In order of arrival, with all that is gone. */
    photos: (): readonly StoredPhoto[] => [...photos.values()],
    posts: (): readonly StoredPost[] => [...posts.values()],
    videos: (): readonly StoredVideo[] => [...videos.values()],
    writes: (): readonly GraphWrite[] => writes,
    isPublic: (post: StoredPost): boolean => post.state === "published" && post.deletedAt === null,
  };
}

function never(id: string): never {
  throw new Error(`the Page has lost ${id}`);
}

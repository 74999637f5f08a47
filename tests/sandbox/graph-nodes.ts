/** Page, post, photo and video as the Graph API shows them, with every field they have. */
import { graphDate } from "./graph-answers.ts";
import type { GraphNode } from "./graph-fields.ts";
import type { GraphManners } from "./graph-manners.ts";
import type { StoredPhoto, StoredPost, StoredVideo } from "./graph-model.ts";
import type { GraphStore } from "./graph-store.ts";

const SITE = "https://www.facebook.com";

/** What comes without `fields=`. */
export const DEFAULT_FIELDS = {
  Page: ["name", "id"],
  Post: ["created_time", "message", "id"],
  Photo: ["created_time", "name", "id"],
  Video: ["updated_time", "description", "id"],
} as const;
export type NodeType = keyof typeof DEFAULT_FIELDS;

export interface NodeParts {
  store: GraphStore;
  manners: GraphManners;
  now: () => number;
  page: { id: string; name: string };
  appId: string;
}

export const createdTime = (post: StoredPost): number => post.backdatedTo ?? post.createdAt;

export function createNodes({ store, manners, now, page, appId }: NodeParts) {
  const photoAt = (id: string) => `${SITE}/photo.php?fbid=${id}`;
  const photoPart = (id: string) => ({
    media_type: "photo",
    type: "photo",
    target: { id, url: photoAt(id) },
    url: photoAt(id),
    media: { image: { src: `${SITE}/media/${id}`, width: 720, height: 720 } },
  });

  function attachment(post: StoredPost): unknown {
    const [first, ...others] = post.photoIds;
    if (post.videoId !== null) {
      const url = `${SITE}/${page.id}/videos/${post.videoId}`;
      return { media_type: "video", type: "video_inline", target: { id: post.videoId, url }, url };
    }
    if (first !== undefined && others.length === 0) return photoPart(first);
    if (first !== undefined) {
      const url = `${SITE}/${post.id}`;
      const subattachments = { data: post.photoIds.map(photoPart) };
      return { media_type: "album", type: "album", target: { id: post.id, url }, url, subattachments };
    }
    if (post.link === null) return undefined;
    const url = `https://l.facebook.com/l.php?u=${encodeURIComponent(post.link)}`;
    const title = new URL(post.link).hostname;
    return { media_type: "link", type: "share", title, target: { url }, url, unshimmed_url: post.link };
  }

  function post(one: StoredPost): GraphNode {
    const attached = attachment(one);
    const [owner = "", number = ""] = one.id.split("_");
    const at = graphDate(createdTime(one));
    return {
      id: one.id,
      created_time: at,
      updated_time: graphDate(one.edits.at(-1)?.at ?? createdTime(one)),
      message: one.message ?? undefined,
      story: undefined,
      permalink_url: `${SITE}/${owner}/posts/${number}`,
      status_type: one.videoId !== null ? "added_video" : one.photoIds.length > 0 ? "added_photos" : "shared_story",
      is_published: one.state === "published",
      is_hidden: one.hidden,
      scheduled_publish_time: one.state === "scheduled" ? Math.floor((one.publishAt ?? 0) / 1000) : undefined,
      from: { name: page.name, id: page.id },
      application: one.appId === appId ? { name: "relay", id: appId } : { name: "Another app", id: one.appId },
      attachments: attached === undefined ? undefined : { data: [attached] },
      full_picture: one.photoIds[0] === undefined ? undefined : `${SITE}/media/${one.photoIds[0]}`,
    };
  }

  function photo(one: StoredPhoto): GraphNode {
    const story = one.postId === null ? null : store.post(one.postId);
    const isShown = manners.pageStoryId && story !== null && store.isPublic(story);
    return {
      id: one.id,
      created_time: graphDate(one.createdAt),
      name: one.caption ?? undefined,
      alt_text_custom: one.altText ?? undefined,
      page_story_id: isShown ? story.id : undefined,
      link: photoAt(one.id),
      from: { name: page.name, id: page.id },
    };
  }

  function videoStatus(one: StoredVideo): GraphNode {
    const done = manners.phaseWord;
    const isUploaded = one.size > 0 && one.received === one.size;
    const isReady = one.finishedAt !== null && now() >= one.readyAt && !one.failed;
    const isPublic = one.postId !== null;
    const processing = { status: isReady ? done : one.finishedAt === null ? "not_started" : "in_progress" };
    const failed = { status: "error", error: { message: "The video could not be processed" } };
    // A phase can have failed while the summary still says otherwise.
    const summary = isReady ? "ready" : one.finishedAt !== null ? "processing" : isUploaded ? "upload_complete" : null;
    return {
      video_status: summary ?? "uploading",
      uploading_phase: {
        status: isUploaded ? done : one.received === 0 ? "not_started" : "in_progress",
        bytes_transfered: one.received,
        source_file_size: one.size,
      },
      processing_phase: one.failed && now() >= one.readyAt ? failed : processing,
      publishing_phase: {
        status: isPublic || (isReady && one.goal === "draft") ? done : "not_started",
        publish_status: isPublic ? "published" : one.goal === "scheduled" ? "scheduled" : "draft",
        ...(one.publishAt === null ? {} : { publish_time: graphDate(one.publishAt) }),
      },
    };
  }

  function video(one: StoredVideo): GraphNode {
    const story = one.postId === null ? null : store.post(one.postId);
    const isShown = story !== null && now() >= story.createdAt + one.postIdLagMs;
    return {
      id: one.id,
      created_time: graphDate(one.createdAt),
      updated_time: graphDate(one.finishedAt ?? one.createdAt),
      title: one.title ?? undefined,
      description: one.description ?? undefined,
      published: story !== null,
      post_id: isShown ? story.id : undefined,
      status: videoStatus(one),
      permalink_url: `/${one.reel ? "reel" : `${page.id}/videos`}/${one.id}`,
    };
  }

  /** Without its token, which only some may ask for. */
  const pageNode = (): GraphNode => ({
    id: page.id,
    name: page.name,
    is_published: true,
    has_transitioned_to_new_page_experience: true,
    category: "Community",
    link: `${SITE}/${page.id}`,
    fan_count: 1284,
    followers_count: 1302,
  });

  return { page: pageNode, post, photo, video };
}

/** `POST /{page}/feed`, and what can be done to a post afterwards: edit, publish, hide, delete. */
import { answer, refuse, timeIn } from "./graph-answers.ts";
import type { GraphManners } from "./graph-manners.ts";
import type { StoredPost } from "./graph-model.ts";
import { attachedIn, type GraphCall, isFalse, isTrue } from "./graph-request.ts";
import { publishTimeIn, scheduleIn } from "./graph-schedule.ts";
import type { GraphStore, PostInput } from "./graph-store.ts";

const MESSAGE_MAX = 63_206;
/** The documents disagree between 30 and 75 days. */
const SCHEDULE_DAYS_MAX = 75;
const OWN_HOST = /(^|\.)(facebook\.com|fb\.com|fb\.watch|fb\.me)$/;

export interface FeedParts {
  store: GraphStore;
  manners: GraphManners;
  now: () => number;
  appId: string;
}

/** Equal but for what the service trims away. */
const sameText = (one: string | null | undefined, other: string | null | undefined): boolean =>
  (one ?? "").normalize("NFC").trim() === (other ?? "").normalize("NFC").trim();

export function createFeedRoutes({ store, manners, now, appId }: FeedParts) {
  function refusedLink(link: string): Response | null {
    if (!URL.canParse(link) || !/^https?:/.test(link))
      return refuse("invalidParameter", { message: "(#100) link URL is not properly formatted" });
    if (OWN_HOST.test(new URL(link).hostname)) return refuse("ownLink");
    return manners.unreadableLink !== null && link.includes(manners.unreadableLink) ? refuse("linkNotRead") : null;
  }

  function refusedPhotos(ids: readonly string[]): Response | null {
    if (new Set(ids).size < ids.length)
      return refuse("invalidParameter", { message: "(#100) The same photo is attached twice" });
    const photos = ids.map(store.photo);
    if (photos.includes(null)) return refuse("missingObject");
    return photos.some((photo) => photo?.postId !== null) ? refuse("photosPosted") : null;
  }

  /** Photos are never the same: each can be posted once. */
  const repeats = (given: PostInput): boolean =>
    given.photoIds?.length === 0 &&
    store
      .posts()
      .some(
        (post) =>
          store.isPublic(post) &&
          now() - post.createdAt < manners.repeatWindowMs &&
          post.photoIds.length === 0 &&
          post.videoId === null &&
          sameText(post.message, given.message) &&
          sameText(post.link, given.link),
      );

  function post(call: GraphCall): Response {
    const photoIds = attachedIn(call);
    if (photoIds === null) return refuse("invalidParameter", { message: "(#100) Param attached_media is not valid" });
    const message = call.param("message")?.trim() || null;
    const link = call.param("link") || null;
    if (message === null && link === null && photoIds.length === 0)
      return refuse("invalidParameter", { message: "(#100) One of message and link is required" });
    if ((message?.length ?? 0) > MESSAGE_MAX)
      return refuse("invalidParameter", { message: "(#100) The message is too long" });
    const backdated = call.param("backdated_time");
    const backdatedTo = backdated === undefined ? null : timeIn(backdated);
    if (backdated !== undefined && (backdatedTo === null || backdatedTo > now()))
      return refuse("invalidParameter", { message: "(#100) The backdated time is invalid" });
    const schedule = scheduleIn(call, now(), SCHEDULE_DAYS_MAX);
    if (schedule instanceof Response) return schedule;
    const refused = refusedPhotos(photoIds) ?? (link === null ? null : refusedLink(link));
    if (refused !== null) return refused;
    const given = { message, link, photoIds, backdatedTo, ...schedule };
    if (schedule.state === "published" && repeats(given)) return refuse("duplicate");
    return answer({ id: store.addPost(given).id });
  }

  function change(call: GraphCall, one: StoredPost): Response {
    if (one.appId !== appId)
      return refuse("permission", { message: "(#200) Only posts made by this app can be edited" });
    const time = call.param("scheduled_publish_time");
    if (time !== undefined) {
      const at = publishTimeIn(time, now(), SCHEDULE_DAYS_MAX);
      if (at instanceof Response) return at;
      if (one.state === "published") return refuse("invalidParameter");
      Object.assign(one, { state: "scheduled", publishAt: at });
    }
    const message = call.param("message");
    if (message !== undefined && message.length > MESSAGE_MAX) return refuse("invalidParameter");
    if (message !== undefined) store.edit(one, message.trim());
    const hidden = call.param("is_hidden");
    if (isTrue(hidden) || isFalse(hidden)) store.hide(one, isTrue(hidden));
    if (isTrue(call.param("is_published"))) store.publishNow(one);
    return answer({ success: true });
  }

  return { post, change };
}

/** `POST /{page}/photos`: a picture as bytes or by its address, public at once or kept for a post. */
import { answer, refuse, timeIn } from "./graph-answers.ts";
import type { GraphManners } from "./graph-manners.ts";
import { hashOf, isAccepted, pictureType } from "./graph-media.ts";
import { type GivenFile, type GraphCall, isFalse, isTrue } from "./graph-request.ts";
import { scheduleIn } from "./graph-schedule.ts";
import type { GraphStore } from "./graph-store.ts";

export interface PhotoParts {
  store: GraphStore;
  manners: GraphManners;
  now: () => number;
  /** Fetches `url` as the service would. */
  fetch: typeof fetch;
}

/** The picture that was sent or named, or the refusal. */
async function pictureIn(call: GraphCall, fetchFrom: typeof fetch): Promise<GivenFile | Response> {
  const url = call.param("url");
  if (call.file !== null && url !== undefined)
    return refuse("invalidParameter", { message: "(#100) Only one of url and source can be given" });
  if (call.file !== null) return call.file;
  if (url === undefined) return refuse("badImage", { message: "(#324) Requires upload file" });
  if (!URL.canParse(url) || !/^https?:/.test(url)) return refuse("badUrl");
  try {
    const fetched = await fetchFrom(url);
    if (!fetched.ok) return refuse("badImage");
    const name = new URL(url).pathname.split("/").at(-1) ?? "";
    return { name, bytes: new Uint8Array(await fetched.arrayBuffer()) };
  } catch {
    return refuse("badImage");
  }
}

export function createPhotoRoute({ store, manners, now, fetch: fetchFrom }: PhotoParts) {
  return async function post(call: GraphCall): Promise<Response> {
    const schedule = scheduleIn(call, now(), 30);
    if (schedule instanceof Response) return schedule;
    if (isTrue(call.param("temporary")) && (!isFalse(call.param("published")) || schedule.publishAt !== null))
      return refuse("invalidParameter", { message: "(#100) temporary needs published=false and no schedule" });
    const given = await pictureIn(call, fetchFrom);
    if (given instanceof Response) return given;
    const type = pictureType(given.bytes);
    if (type === null) return refuse("invalidFile");
    if (!isAccepted(type)) return refuse("photoType");
    if (given.bytes.byteLength > manners.photoMaxBytes) return refuse("photoTooLarge");
    const caption = call.param("caption") ?? call.param("message") ?? call.param("name") ?? null;
    const photo = store.addPhoto({
      ...{ ...given, type, caption, hash: hashOf([given.bytes]), altText: call.param("alt_text_custom") ?? null },
      temporary: isTrue(call.param("temporary")),
    });
    // An unpublished photo is no post yet, unless it has a time of its own.
    if (schedule.state === "draft") return answer({ id: photo.id });
    const backdated = call.param("backdated_time");
    const made = store.addPost({
      ...schedule,
      message: caption,
      photoIds: [photo.id],
      backdatedTo: backdated === undefined ? null : timeIn(backdated),
    });
    return answer(schedule.state === "published" ? { id: photo.id, post_id: made.id } : { id: photo.id });
  };
}

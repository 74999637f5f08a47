/** `published` and `scheduled_publish_time`, which mean the same for photos, posts and videos. */
import { refuse, timeIn } from "./graph-answers.ts";
import type { StoredPost } from "./graph-model.ts";
import { type GraphCall, isFalse } from "./graph-request.ts";

const MINUTE_MS = 60_000;
const EARLIEST_MINUTES = 10;

export type Schedule = Pick<StoredPost, "state" | "publishAt">;

/** Between ten minutes and `daysMax` days ahead, and only with `published=false`; else the refusal. */
export function scheduleIn(call: GraphCall, now: number, daysMax: number): Schedule | Response {
  const unpublished = isFalse(call.param("published"));
  const text = call.param("scheduled_publish_time");
  if (text === undefined) return { state: unpublished ? "draft" : "published", publishAt: null };
  if (!unpublished)
    return refuse("invalidParameter", { message: "(#100) You cannot specify a scheduled publish time here" });
  const publishAt = publishTimeIn(text, now, daysMax);
  return publishAt instanceof Response ? publishAt : { state: "scheduled", publishAt };
}

export function publishTimeIn(text: string, now: number, daysMax: number): number | Response {
  const at = timeIn(text);
  const isWithin = at !== null && at >= now + EARLIEST_MINUTES * MINUTE_MS && at <= now + daysMax * 24 * 60 * MINUTE_MS;
  if (isWithin) return at;
  return refuse("invalidParameter", { message: "(#100) The specified scheduled publish time is invalid" });
}

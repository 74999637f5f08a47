/** `/{page}/video_reels`: start, the bytes at the upload host, finish. */
import { answer, refuse, uploadRefusal } from "./graph-answers.ts";
import type { GraphManners } from "./graph-manners.ts";
import type { StoredVideo } from "./graph-model.ts";
import type { GraphCall } from "./graph-request.ts";
import { publishTimeIn } from "./graph-schedule.ts";
import type { GraphStore } from "./graph-store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const REELS_PER_DAY = 30;
const SCHEDULE_DAYS_MAX = 29;
const GOALS: Record<string, StoredVideo["goal"]> = { PUBLISHED: "published", SCHEDULED: "scheduled", DRAFT: "draft" };

export interface ReelParts {
  store: GraphStore;
  manners: GraphManners;
  now: () => number;
  fetch: typeof fetch;
}

export function createReelRoutes({ store, manners, now, fetch: fetchFrom }: ReelParts) {
  const publishedToday = (): number =>
    store
      .videos()
      .filter(
        (one) => one.reel && one.goal === "published" && one.finishedAt !== null && now() - one.finishedAt < DAY_MS,
      ).length;

  function finish(call: GraphCall): Response {
    const video = store.video(call.param("video_id") ?? "");
    if (video === null || !video.reel) return refuse("missingObject");
    const goal = GOALS[call.param("video_state") ?? ""];
    if (goal === undefined) return refuse("invalidParameter", { message: "(#100) video_state is not valid" });
    if (video.size === 0 || video.received < video.size) return refuse("uploadProblem");
    if (video.finishedAt !== null)
      return manners.finishAgain === "success" ? answer({ success: true }) : refuse("uploadProblem");
    if (goal === "published" && publishedToday() >= REELS_PER_DAY) return refuse("tooFast");
    const time = call.param("scheduled_publish_time");
    const publishAt = goal === "scheduled" ? publishTimeIn(time ?? "", now(), SCHEDULE_DAYS_MAX) : null;
    if (publishAt instanceof Response) return publishAt;
    video.failed = manners.processing === "fails";
    video.postIdLagMs = manners.postIdLagMs;
    store.finishVideo(video, {
      title: call.param("title") ?? null,
      description: call.param("description") ?? null,
      readyAt: now() + manners.processingMs,
      goal,
      publishAt,
    });
    return answer({ success: true });
  }

  async function fetched(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const response = await fetchFrom(url).catch(() => null);
    return response?.ok === true ? new Uint8Array(await response.arrayBuffer()) : null;
  }

  return {
    post(call: GraphCall): Response {
      const phase = call.param("upload_phase");
      if (phase === "finish") return finish(call);
      if (phase !== "start") return refuse("invalidParameter");
      const { id } = store.addVideo(0, true);
      return answer({ video_id: id, upload_url: `${call.base}/rupload/video-upload/${call.version}/${id}` });
    },
    /** The upload host. A body that is cut short counts as far as it came: `bytes_transfered` is where to go on. */
    async upload(call: GraphCall, id: string): Promise<Response> {
      const video = store.video(id);
      if (video === null || !video.reel)
        return uploadRefusal("ProcessingFailedError", "Request processing failed", false);
      if (call.scheme !== "oauth")
        return uploadRefusal("NotAuthorizedError", "The header must be Authorization: OAuth", false);
      const url = call.header("file_url");
      if (url !== null) {
        const bytes = await fetched(url);
        if (bytes === null) return uploadRefusal("FileUrlProcessingError", "The file could not be fetched", false);
        Object.assign(video, { size: bytes.byteLength, received: bytes.byteLength, chunks: [bytes] });
        return answer({ success: true });
      }
      const size = Number(call.header("file_size"));
      const offset = Number(call.header("offset") ?? Number.NaN);
      if (!(size > 0) || offset !== video.received || offset + call.bytes.byteLength > size)
        return uploadRefusal("OffsetInvalidError", `The offset must be ${video.received}`, true);
      video.size = size;
      video.received += call.bytes.byteLength;
      video.chunks.push(call.bytes);
      if (video.received < size) return uploadRefusal("PartialRequestError", "The body was cut short", true);
      return answer({ success: true });
    },
  };
}

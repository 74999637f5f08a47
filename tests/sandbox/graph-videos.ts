/** `POST /{page}/videos`: in chunks whose borders the server chooses, or whole, as bytes or by an address. */
import { createHash, type Hash } from "node:crypto";
import { answer, refuse } from "./graph-answers.ts";
import type { GraphManners } from "./graph-manners.ts";
import type { StoredVideo } from "./graph-model.ts";
import type { GraphCall } from "./graph-request.ts";
import { scheduleIn } from "./graph-schedule.ts";
import type { GraphStore } from "./graph-store.ts";

const SIZE_MIN_BYTES = 1024;
const SCHEDULE_DAYS_MAX = 180;

export interface VideoParts {
  store: GraphStore;
  manners: GraphManners;
  now: () => number;
  newId: () => string;
  random: () => number;
  fetch: typeof fetch;
}

interface Session {
  video: StoredVideo;
  /** Where the chunk that is expected now ends. */
  end: number;
  hash: Hash;
}

export function createVideoRoute({ store, manners, now, newId, random, fetch: fetchFrom }: VideoParts) {
  const sessions = new Map<string, Session>();

  const nextEnd = (video: StoredVideo): number => {
    const length = Math.max(1, Math.ceil(manners.chunkMaxBytes * (0.5 + random() / 2)));
    return Math.min(video.size, video.received + length);
  };
  const offsets = ({ video, end }: Session) => {
    const form = manners.offsets === "string" ? String : Number;
    return { start_offset: form(video.received), end_offset: form(end) };
  };

  function refusedSize(size: number): Response | null {
    if (!(size >= SIZE_MIN_BYTES)) return refuse("videoUnderSize");
    return size > manners.videoMaxBytes ? refuse("videoOverSize") : null;
  }

  function start(call: GraphCall): Response {
    const size = Number(call.param("file_size"));
    const refused = refusedSize(size);
    if (refused !== null) return refused;
    const video = store.addVideo(size, false);
    const session = { video, end: nextEnd(video), hash: createHash("sha256") };
    const id = newId();
    sessions.set(id, session);
    return answer({ upload_session_id: id, video_id: video.id, ...offsets(session) });
  }

  function transfer(call: GraphCall, session: Session): Response {
    const { video, end } = session;
    if (Number(call.param("start_offset")) !== video.received) {
      const right = offsets(session);
      return refuse("wrongOffset", { data: manners.errorData === "text" ? JSON.stringify(right) : right });
    }
    if (call.file === null || call.file.bytes.byteLength !== end - video.received) return refuse("uploadStep");
    if (manners.keepsVideos) video.chunks.push(call.file.bytes);
    session.hash.update(call.file.bytes);
    if (end === video.size) video.sha256 = session.hash.digest("hex");
    video.received = end;
    session.end = nextEnd(video);
    return answer(offsets(session));
  }

  function finish(call: GraphCall, video: StoredVideo): Response {
    if (video.received < video.size) return refuse("uploadBroken33");
    if (video.finishedAt !== null)
      return manners.finishAgain === "success" ? answer({ success: true }) : refuse("uploadProblem");
    const schedule = scheduleIn(call, now(), SCHEDULE_DAYS_MAX);
    if (schedule instanceof Response) return schedule;
    video.failed = manners.processing === "fails";
    video.postIdLagMs = manners.postIdLagMs;
    store.finishVideo(video, {
      title: call.param("title") ?? null,
      description: call.param("description") ?? null,
      readyAt: now() + manners.processingMs,
      goal: schedule.state,
      publishAt: schedule.publishAt,
    });
    return answer({ success: true });
  }

  /** One request with everything: the answer is the video's id. */
  async function whole(call: GraphCall): Promise<Response> {
    const url = call.param("file_url");
    let bytes = call.file?.bytes;
    if (bytes === undefined && url === undefined) return refuse("invalidParameter");
    if (bytes === undefined && url !== undefined) {
      const fetched = await fetchFrom(url).catch(() => null);
      const isFile = fetched?.ok === true && !(fetched.headers.get("content-type") ?? "").startsWith("text/html");
      if (fetched === null || !isFile) return refuse("videoNotFetched");
      bytes = new Uint8Array(await fetched.arrayBuffer());
    }
    const size = bytes?.byteLength ?? 0;
    const refused = refusedSize(size);
    if (refused !== null || bytes === undefined) return refused ?? refuse("videoUnderSize");
    const video = store.addVideo(size, false);
    Object.assign(video, { name: call.file?.name ?? "", chunks: [bytes], received: size });
    const finished = finish(call, video);
    return finished.ok ? answer({ id: video.id }) : finished;
  }

  return function post(call: GraphCall): Response | Promise<Response> {
    const phase = call.param("upload_phase");
    if (phase === undefined) return whole(call);
    if (call.param("file_url") !== undefined) return refuse("invalidParameter");
    if (phase === "start") return start(call);
    const session = sessions.get(call.param("upload_session_id") ?? "");
    if (session === undefined) return refuse("missingObject");
    if (phase === "transfer") return transfer(call, session);
    return phase === "finish" ? finish(call, session.video) : refuse("invalidParameter");
  };
}

/** An emulated Page on a clock moved by hand, and the few calls most of its tests begin with. */
import { graphCaller } from "../sandbox/callers.ts";
import { createManualClock } from "../sandbox/clock.ts";
import { createFacebookGraph, type GraphOptions } from "../sandbox/graph-api.ts";
import { pictureOf } from "../sandbox/picture.ts";

const unreachable: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));

export function graphPage(more: Partial<GraphOptions> = {}) {
  const clock = createManualClock();
  const graph = createFacebookGraph({ now: clock.now, after: clock.after, fetch: unreachable, ...more });
  const call = graphCaller(graph);
  const { id } = graph.page;

  /** Uploads a picture, kept for a post unless told otherwise; answers its id. */
  async function photo(seed = 1, given: Record<string, string> = { published: "false" }): Promise<string> {
    const answered = await call("POST", `${id}/photos`, photoForm(pictureOf(seed, 12, 9), `photo-${seed}.png`, given));
    return answered.body.id;
  }
  const feed = (given: Record<string, unknown>) => call("POST", `${id}/feed`, given);
  const attached = (...ids: string[]) => ids.map((one) => ({ media_fbid: one }));

  /** Uploads a video in the chunks that are asked for; answers its ids before `finish`. */
  async function video(bytes: Uint8Array<ArrayBuffer>) {
    const videos = `${id}/videos`;
    const { body } = await call("POST", videos, { upload_phase: "start", file_size: bytes.byteLength });
    let next = body;
    let chunks = 0;
    for (; Number(next.start_offset) < Number(next.end_offset); chunks += 1)
      next = (await call("POST", videos, chunkForm(body.upload_session_id, next, bytes))).body;
    const session: string = body.upload_session_id;
    const finish = (given: Record<string, unknown> = {}) =>
      call("POST", videos, { upload_phase: "finish", upload_session_id: session, ...given });
    return { videoId: String(body.video_id), session, chunks, finish };
  }

  return { graph, call, clock, pageId: id, photo, feed, attached, video };
}

export function photoForm(bytes: Uint8Array<ArrayBuffer>, name: string, given: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(given)) form.set(field, value);
  form.set("source", new Blob([bytes]), name);
  return form;
}

export function chunkForm(
  session: string,
  range: { start_offset: string | number; end_offset: string | number },
  bytes: Uint8Array<ArrayBuffer>,
): FormData {
  const form = new FormData();
  form.set("upload_phase", "transfer");
  form.set("upload_session_id", session);
  form.set("start_offset", String(range.start_offset));
  const part = bytes.subarray(Number(range.start_offset), Number(range.end_offset));
  form.set("video_file_chunk", new Blob([part]), "chunk");
  return form;
}

/** The parts of an error that may be depended on. */
export const errorIn = (answered: { status: number; body: { error?: { code?: number; error_subcode?: number } } }) => [
  answered.status,
  answered.body.error?.code,
  answered.body.error?.error_subcode,
];

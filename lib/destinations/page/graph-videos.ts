/** Videos and reels: uploads in steps, of which only the last one shows anything to anybody. */
import { type GraphAnswer, silent } from "./graph-answer.ts";
import type { Calls } from "./graph-client.ts";
import { doneSchema } from "./graph-schemas.ts";
import { bareBody, type FileSource, multipartBody } from "./upload-body.ts";
import { reelStartedSchema, startedSchema, transferredSchema, VIDEO_FIELDS, videoSchema } from "./video-schemas.ts";

type Address = (...path: string[]) => string;

interface VideoWords {
  title?: string;
  description?: string;
}

/** `videosAt` is the host for the bytes of Page videos, `at` the one for everything else. */
export function graphVideos({ call, upload }: Calls, videosAt: Address, at: Address) {
  return {
    /** Opens an upload of `size` bytes; its video has an id from here on and is shown to nobody. */
    startVideo: (token: string, pageId: string, size: number) =>
      call(
        { token, method: "POST", url: videosAt(pageId, "videos"), body: { upload_phase: "start", file_size: size } },
        startedSchema,
      ),

    /** Sends the bytes that were asked for, which begin at `start`; answers which come next. May be repeated. */
    transferVideo: (token: string, pageId: string, piece: FileSource & { sessionId: string; start: number }) =>
      upload(
        {
          token,
          method: "POST",
          url: videosAt(pageId, "videos"),
          body: (proof) =>
            multipartBody(
              {
                upload_phase: "transfer",
                upload_session_id: piece.sessionId,
                start_offset: String(piece.start),
                ...proof,
              },
              { ...piece, field: "video_file_chunk", name: "chunk", type: "application/octet-stream" },
            ),
        },
        transferredSchema,
      ),

    /** Publishes it. */
    finishVideo: (token: string, pageId: string, video: VideoWords & { sessionId: string }) =>
      call(
        {
          token,
          method: "POST",
          url: videosAt(pageId, "videos"),
          body: { upload_phase: "finish", upload_session_id: video.sessionId, ...wordsOf(video) },
        },
        doneSchema,
      ),

    /** Where an upload, its processing and its publication stand. Right after the creation it may not be found yet. */
    video: (token: string, videoId: string) =>
      call({ token, method: "GET", url: at(videoId), query: { fields: VIDEO_FIELDS } }, videoSchema),

    startReel: (token: string, pageId: string) =>
      call(
        { token, method: "POST", url: at(pageId, "video_reels"), body: { upload_phase: "start" } },
        reelStartedSchema,
      ),

    /** Sends the rest of a reel of `total` bytes, from `offset` on. */
    async uploadReel(
      token: string,
      uploadUrl: string,
      rest: FileSource & { offset: number; total: number },
    ): Promise<GraphAnswer<null>> {
      if (!isOwn(uploadUrl, at())) {
        await rest.stream.cancel();
        return foreign();
      }
      const headers = { offset: String(rest.offset), file_size: String(rest.total) };
      const request = { token, method: "POST", url: uploadUrl, scheme: "OAuth", headers } as const;
      return upload({ ...request, body: () => bareBody(rest) }, doneSchema);
    },

    /** Has Facebook fetch the reel itself, from an address that is open to everybody. */
    async uploadReelByUrl(token: string, uploadUrl: string, fileUrl: string): Promise<GraphAnswer<null>> {
      if (!isOwn(uploadUrl, at())) return foreign();
      const headers = { file_url: new URL(fileUrl).href };
      return upload({ token, method: "POST", url: uploadUrl, scheme: "OAuth", headers, body: null }, doneSchema);
    },

    /** Publishes it; the limit on reels a day is applied here. */
    finishReel: (token: string, pageId: string, video: VideoWords & { videoId: string }) =>
      call(
        {
          token,
          method: "POST",
          url: at(pageId, "video_reels"),
          body: { upload_phase: "finish", video_id: video.videoId, video_state: "PUBLISHED", ...wordsOf(video) },
        },
        doneSchema,
      ),
  };
}

function wordsOf({ title, description }: VideoWords): Record<string, string> {
  return { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
}

/** The token goes to Facebook, or to where we were told that Facebook is, and nowhere an answer may point to. */
function isOwn(uploadUrl: string, graphUrl: string): boolean {
  const { protocol, hostname, origin } = new URL(uploadUrl);
  if (origin === new URL(graphUrl).origin) return true;
  return protocol === "https:" && /(^|\.)facebook\.com$/.test(hostname);
}

/** Never sent, as good as a host that nobody listens at. */
const foreign = (): GraphAnswer<never> => silent("refused", "its upload address is not Facebook's");

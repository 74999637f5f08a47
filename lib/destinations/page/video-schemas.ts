/** What Facebook says of videos: where an upload stands, and what became of it. */
import { z } from "zod";
import { idSchema, linkSchema } from "./graph-schemas.ts";
import { safeText } from "./safe-text.ts";

/** Offsets come as numbers or as text. */
const offset = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const maybeText = z.string().nullish().catch(null);

const offsets = { start_offset: offset, end_offset: offset };

/** The upload wants exactly the bytes from `start` to `end`; equal: it has them all. */
export const transferredSchema = z
  .looseObject(offsets)
  .refine((one) => one.start_offset <= one.end_offset)
  .transform(({ start_offset: start, end_offset: end }) => ({ start, end }));

export const startedSchema = z
  .looseObject({ upload_session_id: idSchema, video_id: idSchema, ...offsets })
  .transform((one) => ({
    sessionId: one.upload_session_id,
    videoId: one.video_id,
    start: one.start_offset,
    end: one.end_offset,
  }));

export const reelStartedSchema = z
  .looseObject({ video_id: idSchema, upload_url: z.url() })
  .transform((one) => ({ videoId: one.video_id, uploadUrl: one.upload_url }));

const phaseFields = z.looseObject({
  status: maybeText,
  publish_status: maybeText,
  bytes_transfered: offset.nullish().catch(null),
  error: z.looseObject({ message: maybeText }).nullish().catch(null),
  errors: z
    .array(z.looseObject({ message: maybeText }))
    .nullish()
    .catch(null),
});

function errorOf(phase: z.infer<typeof phaseFields> | null | undefined): string | null {
  const said = phase?.error?.message ?? phase?.errors?.[0]?.message;
  if (said) return safeText(said, []);
  return phase?.status === "error" ? "no reason given" : null;
}

const phaseSchema = phaseFields
  .nullish()
  .catch(null)
  .transform((phase) => ({
    // Both spellings are seen.
    status: phase?.status === "complete" ? "completed" : (phase?.status ?? null),
    publishStatus: phase?.publish_status ?? null,
    bytes: phase?.bytes_transfered ?? null,
    error: errorOf(phase),
  }));

const ENDED_BADLY = ["error", "upload_failed", "expired"];

export const VIDEO_FIELDS = "id,status,published,post_id,permalink_url";

export const videoSchema = z
  .looseObject({
    id: idSchema,
    published: z.boolean().nullish().catch(null),
    post_id: idSchema.nullish().catch(null),
    permalink_url: linkSchema,
    status: z
      .looseObject({
        video_status: maybeText,
        uploading_phase: phaseSchema,
        processing_phase: phaseSchema,
        publishing_phase: phaseSchema,
      })
      .nullish()
      .catch(null),
  })
  .transform(({ id, status, ...video }) => {
    const phases = [status?.uploading_phase, status?.processing_phase, status?.publishing_phase];
    const state = status?.video_status ?? null;
    const isBad = state !== null && ENDED_BADLY.includes(state);
    return {
      id,
      isPublished: video.published ?? null,
      /** Comes some seconds after publishing; never the same as `id`. */
      postId: video.post_id ?? null,
      permalinkUrl: video.permalink_url,
      state,
      /** How many bytes of a reel have arrived: the next offset. */
      uploadedBytes: status?.uploading_phase.bytes ?? null,
      processing: status?.processing_phase.status ?? null,
      publishing: status?.publishing_phase.publishStatus ?? status?.publishing_phase.status ?? null,
      /** A phase can have failed while the summary still says that it is being worked on. */
      error:
        phases.map((phase) => phase?.error).find((one) => one) ?? (isBad ? `the video is in state ${state}` : null),
    };
  });
export type Video = z.output<typeof videoSchema>;

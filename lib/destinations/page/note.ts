/** What an attempt writes down before Facebook is asked for something that others may see. Each stage says what to look for. */
import { z } from "zod";

const id = z.string();
const at = z.number();

const noteSchema = z.discriminatedUnion("stage", [
  /** A photo lies at Facebook, shown to nobody; it vanishes about a day later. */
  z.object({ stage: z.literal("uploaded"), rev: z.string(), photoId: id, at }),
  /** A post was asked for. `photoId` is the anchor by which it can be found; null: only its text can be looked for. */
  z.object({
    stage: z.literal("posting"),
    rev: z.string(),
    photoId: id.nullable(),
    text: z.string(),
    files: z.number(),
    /** Facebook has said that it is there already. */
    doubted: z.boolean(),
    at,
    /** When the photo was uploaded; 0: Facebook has said that it no longer is there. */
    uploadedAt: at.optional(),
    /** Facebook does not take the link: it goes into the text. */
    linkRefused: z.boolean().optional(),
  }),
  /** A video is being sent, byte `start` up to `end` next; shown to nobody. */
  z.object({
    stage: z.literal("sending"),
    rev: z.string(),
    videoId: id,
    sessionId: id,
    start: at,
    end: at,
    /** The last step broke: when it does so again, this upload is given up for a new one. */
    broken: z.boolean().optional(),
    at,
  }),
  /** A reel is being sent to an address of its own; shown to nobody. */
  z.object({ stage: z.literal("reeling"), rev: z.string(), videoId: id, uploadUrl: z.string(), at }),
  /** The video's publication was asked for. Without a session it is a reel. */
  z.object({ stage: z.literal("finishing"), rev: z.string(), videoId: id, sessionId: id.nullable(), at }),
  /** The file is gone, and this post or photo was asked to be taken away; or its post to be hidden. */
  z.object({ stage: z.literal("removing"), target: id, at }),
  z.object({ stage: z.literal("hiding"), at }),
]);
export type Note = z.infer<typeof noteSchema>;

/** Null for none. Throws on one that we did not write: nothing may be sent without knowing what went before. */
export const parseNote = (text: string | null): Note | null =>
  text === null ? null : noteSchema.parse(JSON.parse(text));

/** Whether a post was about to go when this was written. Never throws: what cannot be read is told by `parseNote`. */
export function withdrawalIn(text: string | null): "removing" | "hiding" | null {
  const stage = /^\{"stage":"(removing|hiding)"/.exec(text ?? "")?.[1];
  return stage === "removing" || stage === "hiding" ? stage : null;
}

export const writeNote = (note: Note): string => JSON.stringify(note);

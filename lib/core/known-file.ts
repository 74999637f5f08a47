/** What is remembered of each file ever listed, and of each path. */
import { z } from "zod";

/** `old`: there before the relay, never to be published by an edit or rename alone. */
export const knownFileSchema = z.object({
  rev: z.string(),
  path: z.string(),
  /** The path as the source compares it, where that is not simply its lower case. */
  pathLower: z.string().optional(),
  old: z.boolean().optional(),
  skipped: z.string().optional(),
  /** Of what was not published (bytes): nothing else remembers it. */
  size: z.number().optional(),
  /** The rule that left it out, as it was then. */
  skippedBy: z.object({ name: z.string(), value: z.string() }).optional(),
  /** Skipped now, but an earlier revision of it was delivered or is on its way. */
  sent: z.boolean().optional(),
  gone: z.enum(["deleted", "movedOut"]).optional(),
});
export type KnownFile = z.infer<typeof knownFileSchema>;

/** Why a file that is published later was not before: what is known of it again, should that be called off. */
export const formerSchema = knownFileSchema.pick({ old: true, skipped: true, skippedBy: true, sent: true });
export type Former = z.infer<typeof formerSchema>;

export const formerOf = ({ old, skipped, skippedBy, sent }: KnownFile): Former => ({
  ...(old === undefined ? {} : { old }),
  ...(skipped === undefined ? {} : { skipped }),
  ...(skippedBy === undefined ? {} : { skippedBy }),
  ...(sent === undefined ? {} : { sent }),
});

/** The value in the path table that marks a folder; a file's is its id. */
export const FOLDER = "folder";

export const knownPath = (path: string, pathLower: string): Pick<KnownFile, "path" | "pathLower"> =>
  path.toLowerCase() === pathLower ? { path } : { path, pathLower };

/** Whether this is where the file was last seen: the table of paths may still name it at a former one. */
export const isAt = (file: KnownFile, pathLower: string): boolean =>
  (file.pathLower ?? file.path.toLowerCase()) === pathLower;

/** The small pictures of a batch. Source: `GetThumbnailBatchArg`, `GetThumbnailBatchResult` in files.stone. */
import { z } from "zod";

/** By the specification; a longer batch is refused as a whole. */
export const THUMBNAILS_MAX = 25;
/** JPEG of at most 640 × 480, in base64. */
const ONE_MAX = 700_000;

export type ThumbnailSize = "w128h128" | "w640h480";

/** `strict` would make one edge shorter than asked for; what is cut off is decided by who shows it. */
export const thumbnailArgument = (path: string, size: ThumbnailSize) => ({
  path,
  format: { ".tag": "jpeg" },
  size: { ".tag": size },
  mode: { ".tag": "bestfit" },
});

/** Null: Dropbox makes none of this file. What we cannot read counts likewise: it is no reason to lose the others. */
const oneSchema = z
  .looseObject({ ".tag": z.literal("success"), thumbnail: z.base64().max(ONE_MAX) })
  .transform(({ thumbnail }): Uint8Array | null => Buffer.from(thumbnail, "base64"))
  .catch(null);

/** In the order in which they were asked for. */
export const thumbnailsSchema = z
  .looseObject({ entries: z.array(oneSchema).max(THUMBNAILS_MAX) })
  .transform(({ entries }) => entries);

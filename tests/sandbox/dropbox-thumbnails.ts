/** `get_thumbnail_batch`: real small pictures of what the files hold, or why there is none. */
import sharp from "sharp";
import { z } from "zod";
import { fileFields, json, tagged } from "./dropbox-answers.ts";
import { blocksOf } from "./dropbox-content.ts";
import type { Files } from "./dropbox-files.ts";

const BATCH_MAX = 25;
/** Larger photos are not converted. */
const SIZE_MAX_BYTES = 20 * 1024 * 1024;
const NAMES = /\.(jpe?g|png|tiff?|gif|webp|ppm|bmp)$/i;

const tag = <T extends string>(...names: T[]) =>
  z.union([z.enum(names), z.object({ ".tag": z.enum(names) }).transform((union) => union[".tag"])]);
const SIZES = ["w32h32", "w64h64", "w128h128", "w256h256", "w480h320", "w640h480", "w960h640", "w1024h768"] as const;

export const thumbnailsArgument = z.strictObject({
  entries: z.array(
    z.strictObject({
      path: z.string(),
      format: tag("jpeg", "png", "webp").default("jpeg"),
      size: tag(...SIZES).default("w64h64"),
      mode: tag("strict", "bestfit", "fitone_bestfit").default("strict"),
    }),
  ),
});
type Wanted = z.infer<typeof thumbnailsArgument>["entries"][number];

export function createThumbnails(files: Pick<Files, "find">) {
  async function one({ path, format, size, mode }: Wanted): Promise<object> {
    const failure = (...tags: string[]) => ({
      ".tag": "failure",
      failure: tags.reduceRight<object | null>(
        (inner, name) => (inner === null ? { ".tag": name } : { ".tag": name, [name]: inner }),
        null,
      ),
    });
    const found = files.find(path);
    if (found === undefined) return failure("path", "not_found");
    if (found.tag !== "file") return failure("path", "not_file");
    if (!NAMES.test(found.name)) return failure("unsupported_extension");
    if (found.content.size > SIZE_MAX_BYTES) return failure("unsupported_image");
    const [, width, height] = /^w(\d+)h(\d+)$/.exec(size) ?? [];
    try {
      const picture = await sharp(Buffer.concat([...blocksOf(found.content)]))
        .resize(Number(width), Number(height), { fit: mode === "fitone_bestfit" ? "outside" : "inside" })
        .toFormat(format)
        .toBuffer();
      return { ".tag": "success", metadata: fileFields(found), thumbnail: picture.toString("base64") };
    } catch {
      return failure("conversion_error"); // the bytes are no picture
    }
  }

  return async ({ entries }: z.infer<typeof thumbnailsArgument>): Promise<Response> =>
    entries.length > BATCH_MAX
      ? tagged(409, "too_many_files")
      : json(200, { entries: await Promise.all(entries.map(one)) });
}

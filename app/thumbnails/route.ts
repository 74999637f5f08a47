/** Small pictures of up to 25 files in one image, for whoever has logged in. */
import { z } from "zod";
import { readPicture, SHEET_FILES_MAX } from "@/lib/dashboard/pictures.ts";
import { getContext } from "@/lib/relay/context.ts";
import { findLink } from "@/lib/relay/find-link.ts";

const HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};
/** The revisions are in the address, so that it never shows anything else. Not to be kept where others could get it. */
const KEPT = { "cache-control": "private, max-age=86400, immutable" };
const NOT_KEPT = { "cache-control": "no-store" };

const querySchema = z.object({
  link: z.string().max(100),
  size: z.enum(["small", "large"]),
  files: z.array(z.string().max(600)).min(1).max(SHEET_FILES_MAX),
});

export async function GET(request: Request): Promise<Response> {
  const context = getContext();
  const refused = (status: number) => new Response(null, { status, headers: { ...HEADERS, ...NOT_KEPT } });
  if (!(await context.operator.isLoggedIn(request))) return refused(401);
  const { searchParams } = new URL(request.url);
  const query = querySchema.safeParse({
    link: searchParams.get("link"),
    size: searchParams.get("size"),
    files: searchParams.getAll("file"),
  });
  const files = query.success ? query.data.files.map(readPicture) : [];
  if (!query.success || files.includes(null)) return refused(400);
  const at = await findLink(context, query.data.link);
  if (at === null) return refused(404);
  const wanted = files.filter((file) => file !== null);
  const { webp, isWhole } = await context.thumbnails.sheet(at.link, wanted, query.data.size);
  const headers = { ...HEADERS, ...(isWhole ? KEPT : NOT_KEPT), "content-type": "image/webp" };
  return new Response(Buffer.from(webp), { headers });
}

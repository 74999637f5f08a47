/** Floor (b): a route of Next that reads the body, compares Dropbox's HMAC and answers. Nothing is enqueued. */
import { createHmac, timingSafeEqual } from "node:crypto";

export async function POST(request) {
  const body = Buffer.from(await request.arrayBuffer());
  const given = Buffer.from(request.headers.get("x-dropbox-signature") ?? "", "hex");
  const expected = createHmac("sha256", process.env.DROPBOX_APP_SECRET ?? "")
    .update(body)
    .digest();
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
  return new Response(null, { status: isSigned ? 200 : 403 });
}

/** Who may use the queue, and how much a request may carry. */

import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "./refusal.ts";

/** QStash's limit for a message on the free plan. */
const BODY_BYTES_MAX = 1024 * 1024;

/** Throws a Refusal (401) unless the bearer token is the right one. Compares hashes, so that neither length nor content shows in the time. */
export function checkBearer(request: Request, token: string): void {
  const given = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (token === "" || !timingSafeEqual(digest(given), digest(token))) throw new Refusal(401, "unauthorized");
}

/** Throws a Refusal (413) without reading further than the limit. */
export async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) throw new Refusal(413, "message is larger than 1 MB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

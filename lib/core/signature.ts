import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * True when `header` is the lower-case hex HMAC-SHA256 of `body` under one of `secrets` (two while one rotates).
 * Dropbox signs the raw bytes with the app secret and adds no prefix. Constant time in the header's content.
 */
export function isSignedBy(secrets: readonly string[], body: Uint8Array, header: string | null): boolean {
  if (header === null || !/^[0-9a-f]{64}$/.test(header)) return false;
  const given = Buffer.from(header, "hex");
  let matches = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const expected = createHmac("sha256", secret).update(body).digest();
    // No early return: the work done does not tell which secret matched.
    matches = timingSafeEqual(expected, given) || matches;
  }
  return matches;
}

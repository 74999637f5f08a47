/** Seals what must not be readable in Redis: AES-256-GCM through jose. */
import { CompactEncrypt, compactDecrypt } from "jose";

export async function seal(key: Uint8Array, text: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(key);
}

/** The sealed text; null when it was sealed with another key or damaged. */
export async function unseal(key: Uint8Array, sealed: string): Promise<string | null> {
  try {
    return new TextDecoder().decode((await compactDecrypt(sealed, key)).plaintext);
  } catch {
    return null; // a rotated key: the token is renewed as if none were stored
  }
}

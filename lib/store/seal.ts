/** Seals what must not be readable in Redis: AES-256-GCM through jose. */
import { CompactEncrypt, compactDecrypt } from "jose";

const ALGORITHM = "dir";
const ENCRYPTION = "A256GCM";

/** `place` is where it is kept: moved to another place by whoever may write to Redis, it opens no more. */
export async function seal(key: Uint8Array, text: string, place: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: place })
    .encrypt(key);
}

/** The sealed text; null when it was sealed with another key or for another place, or damaged. */
export async function unseal(key: Uint8Array, sealed: string, place: string): Promise<string | null> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    return protectedHeader.kid === place ? new TextDecoder().decode(plaintext) : null;
  } catch {
    return null; // a rotated key: the token is renewed as if none were stored
  }
}

/** Signatures of one attempt: Standard Webhooks, and the older form for those who verify that. */
import { createHmac } from "node:crypto";

export interface Signing {
  /** The current secret and, while it is rotated, the one before: a receiver may know either. */
  secrets: readonly string[];
  /** Of the older form; null: not sent. */
  signatureKey: string | null;
}

const PREFIX = "whsec_";

/** The headers that prove a body is ours. `at` (ms) is the time of this attempt: a receiver refuses old ones. */
export function signedHeaders(
  { secrets, signatureKey }: Signing,
  sent: { id: string; body: string; at: number },
): Record<string, string> {
  const timestamp = `${Math.floor(sent.at / 1000)}`;
  const signed = `${sent.id}.${timestamp}.${sent.body}`;
  return {
    "webhook-id": sent.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map((secret) => `v1,${hmac(keyOf(secret), signed)}`).join(" "),
    "elements-webhook-id": sent.id,
    ...(signatureKey === null ? {} : { "elements-webhook-signature": `sha256=${hmac(signatureKey, sent.body)}` }),
  };
}

/** `whsec_` and base64 for bytes, as the standard has it; anything else is taken letter by letter. */
const keyOf = (secret: string): Uint8Array =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);

const hmac = (key: string | Uint8Array, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64");

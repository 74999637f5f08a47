/**
 * Checks that a request really is QStash's, for this very route. Ours instead of the SDK's route wrapper, which throws
 * while the module loads when keys are missing and never compares the signed destination.
 */
import { Receiver } from "@upstash/qstash";
import type { Incoming } from "../core/incoming.ts";
import { readBounded } from "../core/read-bounded.ts";

const BODY_MAX_BYTES = 1_000_000;
/** A JWT under HS256, the one that QStash uses: a longer MAC is another algorithm's, padding another spelling. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;

export type Received =
  | { kind: "verified"; body: string }
  | { kind: "tooLarge" }
  | { kind: "unsigned" }
  | { kind: "badSignature" };

export interface SigningKeys {
  current: string;
  next: string;
}

/** Reads the bounded body and verifies the signature over it and over `url`, the public address of the route. */
export async function receive(request: Incoming, keys: SigningKeys, url: string): Promise<Received> {
  const signature = request.headers.get("upstash-signature");
  if (signature === null) return { kind: "unsigned" };
  // Before anything is read: what cannot be a signature costs nothing.
  if (!TOKEN.test(signature)) return { kind: "badSignature" };
  const bytes = await readBounded(request.body, BODY_MAX_BYTES).catch(() => undefined);
  if (bytes === null) return { kind: "tooLarge" };
  const body = bytes === undefined ? null : exactText(bytes);
  // Broken off half way, or no text: whatever came cannot be what was signed.
  if (body === null) return { kind: "badSignature" };
  const receiver = new Receiver({ currentSigningKey: keys.current, nextSigningKey: keys.next, devMode: false });
  try {
    // A clock a few seconds off must not refuse every job.
    await receiver.verify({ signature, body, url, clockTolerance: 5 });
  } catch {
    // The SDK throws for every kind of refusal, and the caller learns no more than that.
    return { kind: "badSignature" };
  }
  return { kind: "verified", body };
}

/** The SDK hashes a text. Only one that turns into the same bytes again stands for them: no replaced bytes, no mark cut off. */
function exactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Whoever receives events can verify them: where a client gave no key, one is made. Pure. */
import { type Configuration, SIGNING_SECRET } from "./destination-keys.ts";

export interface Signed {
  at: Configuration;
  /** Null: there was a key already, or nothing is sent. */
  made: string | null;
}

export function withSigningSecret(at: Configuration, newSecret: () => string): Signed {
  const isSent = at["event.notification.enabled"] === "true";
  if (!isSent || at["event.notification.signature.key"] || at[SIGNING_SECRET]) return { at, made: null };
  const made = newSecret();
  return { at: { ...at, [SIGNING_SECRET]: made }, made };
}

/** What a client sent as configuration: to texts, and laid over what was there. Pure. */
import { isOwnKey, isSecretKey, MASK } from "./configuration-keys.ts";
import type { Configuration } from "./destination-keys.ts";
import type { Values } from "./schemas.ts";

/** Credentials of the account: given to connect it, never settings. */
export const CREDENTIAL_KEYS = ["oauth.api.key", "oauth.api.secret", "oauth.user.refresh_token"] as const;
const isCredential = (key: string): boolean => CREDENTIAL_KEYS.some((one) => one === key);

/** Booleans, numbers and objects are as good as their texts. Null and the empty text take a value away. */
export const textsOf = (given: Values): Configuration =>
  Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );

/** Without the account's credentials, and without masks: `before` holds what those stand for. */
export function laidOver(given: Configuration, before: Configuration, replaces: boolean): Configuration {
  // Who replaces all may never have heard of our own keys: to forget them would widen a folder to the whole account.
  const base = replaces ? Object.entries(before).filter(([key]) => isOwnKey(key)) : Object.entries(before);
  const next = Object.fromEntries(base);
  for (const [key, value] of Object.entries(given)) {
    if (isCredential(key)) continue;
    const isMasked = value === MASK && isSecretKey(key);
    const meant = isMasked ? (before[key] ?? "") : value;
    if (meant === "") delete next[key];
    else next[key] = meant;
  }
  return next;
}

/** What is wrong with settings beyond their form: addresses that may not be called, and what could never be sent. Pure. */
import { readExtraHeaders } from "../core/extra-headers.ts";
import type { Instance } from "../core/instance.ts";
import type { SecretsBySide } from "./to-instance.ts";

export interface Checks {
  /** Why an address may not be called back; null when it may. */
  whyNotCallback: (url: string) => string | null;
  /** Why a template gives no message, in words; null when it does. */
  whyNotMessage: (template: string) => string | null;
}

/** Each with the name of its key. */
export function wrongIn(
  destinations: Instance["destinations"],
  secrets: SecretsBySide,
  { whyNotCallback, whyNotMessage }: Checks,
): string[] {
  return destinations.flatMap((one) => {
    const found: [string, string | null][] = [];
    if (one.kind === "page" && one.settings.message !== null)
      found.push(["relay.page.message", whyNotMessage(one.settings.message)]);
    if (one.kind === "callback") {
      const headers = secrets[one.id]?.headers;
      const isFit = headers === undefined || readExtraHeaders(headers) !== null;
      found.push(["event.notification.callback.url", whyNotCallback(one.url)]);
      found.push(["event.notification.callback.headers", isFit ? null : NO_HEADERS]);
    }
    return found.flatMap(([key, why]) => (why === null ? [] : [`${key}: ${why}`]));
  });
}

const NO_HEADERS = "must be a JSON object or lines of the form Name: value, of headers that are yours to set";

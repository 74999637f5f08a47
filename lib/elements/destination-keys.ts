/** Where files go, as configuration: each kind of destination to its keys, and back. Pure. */
import type { DestinationSettings } from "../core/instance.ts";
import { PAGE_SETTINGS } from "./configuration-keys.ts";

export type Configuration = Record<string, string>;
export type Kind = DestinationSettings["kind"];
/** What is to be made of the keys: checked by whoever stores it. */
export interface Draft {
  destination: Record<string, unknown>;
  secrets: Record<string, string>;
}

/** By Standard Webhooks. Without one the signature key serves for it, and without that too one is made. */
export const SIGNING_SECRET = "relay.signing.secret";

/** Our names of a notification's settings and secrets, and theirs. */
const CALLBACK_SETTINGS = [
  ["format", "event.notification.format"],
  ["policy", "event.notification.policy"],
] as const;
const CALLBACK_SECRETS = [
  ["signatureKey", "event.notification.signature.key"],
  ["signingSecret", SIGNING_SECRET],
  ["signingSecretPrevious", `${SIGNING_SECRET}.previous`],
  ["headers", "event.notification.callback.headers"],
  ["basicUsername", "event.notification.basic.username"],
  ["basicPassword", "event.notification.basic.password"],
] as const;

/** `take` answers a key's value, and notes that it has found its place; "" when there is none. */
type Take = (key: string) => string;
type Names = readonly (readonly [ours: string, theirs: string])[];

const taken = (names: Names, take: Take): Record<string, string> =>
  Object.fromEntries(names.map(([ours, theirs]) => [ours, take(theirs)]).filter(([, value]) => value !== ""));
const given = (names: Names, from: Record<string, string>): Configuration =>
  Object.fromEntries(names.flatMap(([ours, theirs]) => (from[ours] === undefined ? [] : [[theirs, from[ours]]])));

/** A text of a form, in the type that is stored; what is neither stays, to be refused by its name. */
export function typed(value: string, type: string): unknown {
  if (type === "number") return value.trim() === "" ? value : Number(value);
  if (type !== "boolean") return value;
  return value === "true" ? true : value === "false" ? false : value;
}

const READERS: Record<Kind, { isWanted: (at: Configuration) => boolean; read: (take: Take) => Draft }> = {
  callback: {
    isWanted: (at) => at["event.notification.enabled"] === "true",
    read: (take) => ({
      destination: { url: take("event.notification.callback.url"), settings: taken(CALLBACK_SETTINGS, take) },
      secrets: taken(CALLBACK_SECRETS, take),
    }),
  },
  records: {
    isWanted: (at) => (at["relay.records.url"] ?? "") !== "",
    read: (take) => ({
      destination: { url: take("relay.records.url") },
      secrets: taken([["token", "relay.records.token"]], take),
    }),
  },
  page: {
    isWanted: (at) => (at["relay.page.id"] ?? "") !== "",
    read: (take) => {
      const settings = PAGE_SETTINGS.map(({ key, setting, type }) => [setting, take(key), type] as const)
        .filter(([, value]) => value !== "")
        .map(([setting, value, type]) => [setting, typed(value, type)]);
      return {
        destination: { pageId: take("relay.page.id"), settings: Object.fromEntries(settings) },
        secrets: taken([["token", "relay.page.token"]], take),
      };
    },
  },
  environment: {
    isWanted: (at) => at["relay.environment"] === "true",
    read: () => ({ destination: {}, secrets: {} }),
  },
};

export const KINDS: readonly Kind[] = ["callback", "records", "page", "environment"];

/** Null when the configuration asks for no such destination. */
export const readDestination = (kind: Kind, at: Configuration, take: Take): Draft | null =>
  READERS[kind].isWanted(at) ? READERS[kind].read(take) : null;

export function writeDestination(destination: DestinationSettings, secrets: Record<string, string>): Configuration {
  switch (destination.kind) {
    case "callback":
      return {
        "event.notification.callback.url": destination.url,
        ...given(CALLBACK_SETTINGS, destination.settings),
        ...given(CALLBACK_SECRETS, secrets),
      };
    case "records":
      return { "relay.records.url": destination.url, ...given([["token", "relay.records.token"]], secrets) };
    case "page": {
      const settings: Record<string, unknown> = destination.settings;
      return {
        "relay.page.id": destination.pageId,
        ...Object.fromEntries(
          PAGE_SETTINGS.flatMap(({ key, setting }) => {
            const value = settings[setting];
            return value === null || value === undefined ? [] : [[key, String(value)]];
          }),
        ),
        ...given([["token", "relay.page.token"]], secrets),
      };
    }
    case "environment":
      return {};
  }
}

/** The key that a fault within a destination is about. */
export function keyOfFault(kind: Kind, path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  if (first === "settings") {
    const page = PAGE_SETTINGS.find(({ setting }) => setting === second);
    return page?.key ?? CALLBACK_SETTINGS.find(([ours]) => ours === second)?.[1] ?? "event.notification";
  }
  if (kind === "page") return "relay.page.id";
  return kind === "records" ? "relay.records.url" : "event.notification.callback.url";
}

/** An instance of ours to configuration and to the object this interface shows. Pure. */
import { type Instance, SOURCE } from "../core/instance.ts";
import { configIdOf, factsOf, isSecretKey, KEYS, MASK } from "./configuration-keys.ts";
import { type Configuration, KINDS, writeDestination } from "./destination-keys.ts";
import { ELEMENT, ELEMENT_ID, USER_ID } from "./element.ts";
import { KEPT, type SecretsBySide } from "./to-instance.ts";

/** All of it in the clear: never to be shown, only to be changed and translated back. */
export function configurationOf(instance: Instance, secrets: SecretsBySide): Configuration {
  const { folder, backfill, rules, pollSeconds, destinations, configuration } = instance;
  const kept = Object.entries(secrets[SOURCE] ?? {})
    .filter(([name]) => name.startsWith(KEPT))
    .map(([name, value]) => [name.slice(KEPT.length), value]);
  const at: Configuration = {
    ...configuration,
    ...Object.fromEntries(kept),
    "event.notification.enabled": `${destinations.some(({ kind }) => kind === "callback")}`,
    "event.vendor.type": pollSeconds === null ? "webhook" : "polling",
    "relay.folder": folder,
    "relay.backfill": backfill,
    "relay.include": rules.include.join(","),
    "relay.exclude": rules.exclude.join(","),
    "relay.extensions": rules.extensions.join(","),
    "relay.size.max": `${rules.sizeMaxBytes}`,
    "relay.environment": `${destinations.some(({ kind }) => kind === "environment")}`,
    ...(pollSeconds === null ? {} : { "event.poller.refresh_interval": `${pollSeconds / 60}` }),
  };
  for (const kind of KINDS) {
    const first = destinations.find((one) => one.kind === kind);
    if (first !== undefined) Object.assign(at, writeDestination(first, secrets[first.id] ?? {}));
  }
  return at;
}

/** As it may be shown: what is secret is masked, and what is empty is null. */
export function shownConfiguration(instance: Instance, secrets: SecretsBySide): Record<string, string | null> {
  const credentials = { "oauth.api.key": MASK, "oauth.api.secret": MASK, "oauth.user.refresh_token": MASK };
  const at = Object.entries({ ...credentials, ...configurationOf(instance, secrets) });
  return Object.fromEntries(
    at
      .map(([key, value]) => [key, value === "" ? null : isSecretKey(key) ? MASK : value] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** `token`: only in the one answer that may show it. */
export function shownInstance(instance: Instance, secrets: SecretsBySide, token: string | null) {
  const { id, name, tags, status, createdAt, destinations } = instance;
  return {
    id: Number(id),
    name,
    createdDate: secondsOf(createdAt),
    token: token ?? MASK,
    element: ELEMENT,
    elementId: ELEMENT_ID,
    tags,
    provisionInteractions: [],
    valid: status !== "unauthorized",
    disabled: status === "disabled",
    maxCacheSize: 0,
    cacheTimeToLive: 0,
    configuration: shownConfiguration(instance, secrets),
    eventsEnabled: destinations.some(({ kind }) => kind === "callback"),
    traceLoggingEnabled: false,
    cachingEnabled: false,
    externalAuthentication: "none",
    user: { id: USER_ID },
  };
}

/** Each key as the object that a form is made of, also one that has no value yet. */
export function shownProperties(instance: Instance, secrets: SecretsBySide) {
  const empty = Object.fromEntries(KEYS.map(({ key }): [string, string | null] => [key, null]));
  return Object.entries({ ...empty, ...shownConfiguration(instance, secrets) }).map(([key, propertyValue]) => {
    const { name, type, required = false, hidden = false, description = "" } = factsOf(key);
    return {
      id: configIdOf(key),
      key,
      name,
      description,
      propertyValue,
      type,
      required,
      active: true,
      hideFromConsole: hidden,
    };
  });
}

/** ISO 8601, whole seconds. */
export const secondsOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

/**
 * What an address was sent does not go along to another host, unless it is given again. Whoever may change settings sees
 * secrets masked; by naming a host of their own they would read them. Pure.
 */
import type { DestinationSettings, Instance } from "../core/instance.ts";
import { secretsFor } from "../core/secrets-of-address.ts";
import { MASK } from "./configuration-keys.ts";
import { type Configuration, writeDestination } from "./destination-keys.ts";
import type { SecretsBySide } from "./to-instance.ts";

const URL_KEYS = { callback: "event.notification.callback.url", records: "relay.records.url" } as const;

/** `at`: what was given, laid over what was there. `former`: the destinations whose keys are in it. */
export function withoutSentElsewhere(
  at: Configuration,
  given: Configuration,
  former: readonly DestinationSettings[],
  { instance, secrets }: { instance: Instance; secrets: SecretsBySide },
): Configuration {
  const next = { ...at };
  for (const one of former) {
    if (one.kind !== "callback" && one.kind !== "records") continue;
    const url = at[URL_KEYS[one.kind]] ?? "";
    if (!URL.canParse(url)) continue;
    const kept = secrets[one.id] ?? {};
    const still = secretsFor(instance, { ...instance, destinations: [{ ...one, url }] }, one.id, kept) ?? {};
    const [all, left] = [writeDestination(one, kept), writeDestination(one, still)];
    const isGivenAnew = (key: string) => given[key] !== undefined && given[key] !== MASK;
    for (const key of Object.keys(all)) if (left[key] === undefined && !isGivenAnew(key)) delete next[key];
  }
  return next;
}

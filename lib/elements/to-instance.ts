/**
 * Configuration to an instance of ours. Whatever finds no place there (a key we do not know, a setting of a destination
 * that is off) is kept beside it, in the clear or sealed, and comes back as it was. Pure.
 */
import { wordsOf } from "../core/fault-words.ts";
import { destinationSchema, type Instance, instanceSchema, POLL_MIN_SECONDS } from "../core/instance.ts";
import { isSecretKey } from "./configuration-keys.ts";
import { type Configuration, KINDS, keyOfFault, readDestination, typed } from "./destination-keys.ts";

export type SecretsBySide = Record<string, Record<string, string>>;
type Settings = Pick<Instance, "folder" | "backfill" | "rules" | "pollSeconds" | "destinations" | "configuration">;

export type Translated =
  | { kind: "read"; settings: Settings; secrets: SecretsBySide; keptSecrets: Record<string, string> }
  /** Each with the name of its key. */
  | { kind: "faulty"; faults: string[] };

/** A secret without a place lies among those of the account's side, under its own name behind this. */
export const KEPT = "kept:";
export const POLL_MINUTES = 15;

const settingsSchema = instanceSchema.pick({ folder: true, backfill: true, rules: true, pollSeconds: true });
const KEY_OF: Record<string, string> = {
  folder: "relay.folder",
  backfill: "relay.backfill",
  pollSeconds: "event.poller.refresh_interval",
  include: "relay.include",
  exclude: "relay.exclude",
  extensions: "relay.extensions",
  sizeMaxBytes: "relay.size.max",
};

/** `former`: the instance as it is, whose destinations beyond the first of a kind no key can speak of: they stay. */
export function toInstance(at: Configuration, former: readonly Instance["destinations"][number][] = []): Translated {
  const faults: string[] = [];
  const placed = new Set(["event.notification.enabled", "event.vendor.type", "relay.environment"]);
  const take = (key: string): string => {
    placed.add(key);
    return at[key] ?? "";
  };

  const destinations: Instance["destinations"] = [];
  const secrets: SecretsBySide = {};
  for (const kind of KINDS) {
    const [first, ...others] = former.filter((one) => one.kind === kind);
    const draft = readDestination(kind, at, take);
    if (draft !== null) {
      const base = first?.kind === "records" ? { width: first.width } : {};
      const name = first?.kind === "page" && first.pageId === at["relay.page.id"] ? { pageName: first.pageName } : {};
      const made = { ...base, ...name, ...draft.destination, kind, id: first?.id ?? kind };
      const parsed = destinationSchema.safeParse(made);
      if (parsed.success) {
        destinations.push(parsed.data);
        secrets[parsed.data.id] = draft.secrets;
      } else faults.push(...parsed.error.issues.map((issue) => `${keyOfFault(kind, issue.path)}: ${wordsOf(issue)}`));
    }
    destinations.push(...others);
  }

  if (!["", "elements", "cloudevents"].includes(at["event.notification.format"] ?? ""))
    faults.push("event.notification.format: must be elements or cloudevents");
  if (!["", "retry", "queue"].includes(at["event.notification.policy"] ?? ""))
    faults.push("event.notification.policy: must be retry or queue");
  const parsed = settingsSchema.safeParse({
    folder: take("relay.folder").trim().replace(/\/+$/, ""),
    backfill: take("relay.backfill") || "none",
    rules: rulesOf(take),
    pollSeconds: pollSecondsOf(at, take, faults),
  });
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${keyOf(issue.path)}: ${wordsOf(issue)}`));
  if (faults.length > 0 || !parsed.success) return { kind: "faulty", faults };

  const kept = Object.entries(at).filter(([key, value]) => !placed.has(key) && value !== "");
  return {
    kind: "read",
    settings: {
      ...parsed.data,
      destinations,
      configuration: Object.fromEntries(kept.filter(([key]) => !isSecretKey(key))),
    },
    secrets,
    keptSecrets: Object.fromEntries(
      kept.filter(([key]) => isSecretKey(key)).map(([key, value]) => [`${KEPT}${key}`, value]),
    ),
  };
}

function rulesOf(take: (key: string) => string): Record<string, unknown> {
  const list = (key: string) =>
    (take(key).match(/(?:\{[^{}]*\}|[^,])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");
  const size = take("relay.size.max");
  return {
    include: list("relay.include"),
    exclude: list("relay.exclude"),
    extensions: list("relay.extensions").map((one) => one.toLowerCase().replace(/^\./, "")),
    ...(size === "" ? {} : { sizeMaxBytes: typed(size, "number") }),
  };
}

/** Null: at notifications; the interval then only waits for a change of mind, among what is kept. */
function pollSecondsOf(at: Configuration, take: (key: string) => string, faults: string[]): number | null {
  const type = at["event.vendor.type"] ?? "webhook";
  if (/^webhooks?$/.test(type)) return null;
  if (type !== "polling") {
    faults.push("event.vendor.type: must be webhook or polling");
    return null;
  }
  const minutes = Number(take("event.poller.refresh_interval") || POLL_MINUTES);
  return Number.isFinite(minutes) ? Math.max(POLL_MIN_SECONDS, Math.round(minutes * 60)) : Number.NaN;
}

const keyOf = (path: readonly PropertyKey[]): string => KEY_OF[String(path[0] === "rules" ? path[1] : path[0])] ?? "";

/**
 * What was typed, laid over the instance as it is: by the keys and rules of the compatible interface, each destination as
 * if it were the only one of its kind. Pure.
 */
import { wordsOf } from "../core/fault-words.ts";
import { type DestinationSettings, type Instance, instanceSchema, SOURCE } from "../core/instance.ts";
import { type Checks, wrongIn } from "../elements/checks.ts";
import { type Configuration, writeDestination } from "../elements/destination-keys.ts";
import { configurationOf } from "../elements/from-instance.ts";
import { laidOver } from "../elements/given-values.ts";
import { changeSchema } from "../elements/schemas.ts";
import { withoutSentElsewhere } from "../elements/sent-elsewhere.ts";
import { withSigningSecret } from "../elements/signing.ts";
import { KEPT, type SecretsBySide, toInstance } from "../elements/to-instance.ts";
import { NEEDED, nameIn } from "./fields.ts";
import type { Given, Section } from "./given.ts";

/** By the name of the field. */
export type Faults = Map<string, string>;

export type Applied =
  | {
      kind: "fits";
      settings: Pick<
        Instance,
        "name" | "tags" | "folder" | "backfill" | "rules" | "pollSeconds" | "destinations" | "configuration"
      >;
      secrets: SecretsBySide;
      /** Signing secrets that were made for want of any, by destination: to be shown once. */
      made: Record<string, string>;
    }
  | { kind: "faulty"; faults: Faults };

export interface Before {
  instance: Instance;
  secrets: SecretsBySide;
}

export function apply(given: Given, before: Before, deps: Checks & { newSecret: () => string }): Applied {
  const faults: Faults = new Map();
  const made: Record<string, string> = {};
  const named = namesOf(given, faults);
  const core = coreOf(before.instance);

  const general = readPart(
    given.at,
    core,
    configurationOf({ ...before.instance, destinations: core }, before.secrets),
    {
      before,
      deps,
      fault: (key, words) => faults.set(key, words),
      made,
    },
  );
  const parts = given.sections.map((section) => readSection(section, before, deps, faults, made));

  if (faults.size > 0 || general === null || named === null) return { kind: "faulty", faults };
  const { secrets, keptSecrets, settings } = general;
  const found = parts.filter((part) => part !== null);
  const destinations = inOrder(
    [...settings.destinations, ...found.map(({ destination }) => destination)],
    before.instance,
  );
  const source = Object.entries(before.secrets[SOURCE] ?? {}).filter(([name]) => !name.startsWith(KEPT));
  return {
    kind: "fits",
    settings: { ...named, ...settings, destinations },
    secrets: {
      ...secrets,
      ...Object.fromEntries(found.map((part) => [part.destination.id, part.secrets])),
      // What cannot be opened is left as it is.
      ...(before.secrets[SOURCE] === undefined ? {} : { [SOURCE]: { ...Object.fromEntries(source), ...keptSecrets } }),
    },
    made,
  };
}

/** The destinations that the keys without a section speak of. */
export const coreOf = ({ destinations }: Instance): DestinationSettings[] =>
  destinations.filter(
    (one) => one.kind === "environment" || one === destinations.find(({ kind }) => kind === "callback"),
  );

function namesOf({ name, tags }: Given, faults: Faults): Pick<Instance, "name" | "tags"> | null {
  const cleaned = changeSchema.pick({ name: true, tags: true }).safeParse({ name, tags });
  const plain = cleaned.data ?? { name, tags };
  const parsed = instanceSchema
    .pick({ name: true, tags: true })
    .safeParse({ name: plain.name, tags: (plain.tags ?? []).filter((tag) => tag !== "") });
  if (cleaned.success && parsed.success) return parsed.data;
  for (const issue of [...(cleaned.error?.issues ?? []), ...(parsed.error?.issues ?? [])])
    faults.set(String(issue.path[0]), wordsOf(issue));
  return null;
}

interface PartOptions {
  before: Before;
  deps: Checks & { newSecret: () => string };
  fault: (key: string, words: string) => void;
  made: Record<string, string>;
}

/** `was`: the whole configuration of this part as it is. */
function readPart(
  given: Configuration,
  former: DestinationSettings[],
  was: Configuration,
  { before, deps, fault, made }: PartOptions,
) {
  const laid = laidOver(given, was, false);
  const at = withoutSentElsewhere(laid, given, former, before);
  const signed = withSigningSecret(at, deps.newSecret);
  const read = toInstance(signed.at, former);
  const faults = read.kind === "faulty" ? read.faults : wrongIn(read.settings.destinations, read.secrets, deps);
  for (const one of faults) {
    const [key = "", ...words] = one.split(": ");
    fault(key, words.join(": "));
  }
  if (read.kind === "faulty" || faults.length > 0) return null;
  const callback = read.settings.destinations.find(({ kind }) => kind === "callback");
  if (signed.made !== null && callback !== undefined) made[callback.id] = signed.made;
  return read;
}

function readSection(
  { id, kind, at: given }: Section,
  before: Before,
  deps: PartOptions["deps"],
  faults: Faults,
  made: Record<string, string>,
): { destination: DestinationSettings; secrets: Record<string, string> } | null {
  const former = before.instance.destinations.filter((one) => one.id === id && one.kind === kind);
  const [first] = former;
  const was = first === undefined ? {} : writeDestination(first, before.secrets[id] ?? {});
  const fault = (key: string, words: string) => faults.set(nameIn(id, key), words);
  if ((given[NEEDED[kind]] ?? was[NEEDED[kind]] ?? "") === "") {
    fault(NEEDED[kind], "must not be empty: fill it in, or take this destination out");
    return null;
  }
  const on = kind === "callback" ? { "event.notification.enabled": "true" } : {};
  const own: Record<string, string> = {};
  const read = readPart({ ...given, ...on }, former, was, { before, deps, fault, made: own });
  const [destination] = read?.settings.destinations ?? [];
  if (read === null || destination === undefined) return null;
  for (const secret of Object.values(own)) made[id] = secret;
  return { destination: { ...destination, id }, secrets: read.secrets[destination.id] ?? {} };
}

/** Those that are there already keep their place: pages and jobs name a destination by it. */
function inOrder(all: DestinationSettings[], { destinations }: Instance): DestinationSettings[] {
  const place = ({ id }: DestinationSettings): number => {
    const at = destinations.findIndex((one) => one.id === id);
    return at < 0 ? destinations.length : at;
  };
  return [...all].sort((one, other) => place(one) - place(other));
}

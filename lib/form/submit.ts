/**
 * The form was sent. Its buttons say what for: to save it, or to have it shown again with something more to choose from. In
 * the second case, and when something is wrong, what was typed is kept as a draft; nothing is lost and nothing stored.
 */
import { isDeepStrictEqual } from "node:util";
import type { Instance } from "../core/instance.ts";
import { isSecretKey } from "../elements/configuration-keys.ts";
import type { Changed } from "../instances/manage.ts";
import type { FormDraft } from "../store/form-drafts.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import { type Applied, apply, type Faults } from "./apply.ts";
import type { FormDeps } from "./deps.ts";
import { findInstance, openAll } from "./find.ts";
import { type Given, givenOf } from "./given.ts";
import { addSection, dropSection } from "./sections.ts";

export type Submitted =
  | { kind: "unknown" }
  /** Shown again; `at` is the place of the page that it is about. */
  | { kind: "draft"; id: string; at: string }
  /** `made`: a draft that shows, for half an hour, the secrets that were made. `choosesPage`: the destination a Page is chosen for next. `rules`: a running instance takes other files now. */
  | {
      kind: "saved";
      instance: string;
      started: boolean;
      made: string | null;
      choosesPage: string | null;
      rules: boolean;
    };

const STALE =
  "Somebody else has changed this instance meanwhile. What you typed is still here: look it through and save again.";

const GOES_NOWHERE =
  "It cannot begin yet: say where its files go. Enable events, add a Facebook Page or a records endpoint, or tick where this deployment publishes.";

export async function submit(deps: FormDeps, id: string, fields: URLSearchParams): Promise<Submitted> {
  const stored = await findInstance(deps, id);
  if (stored === null) return { kind: "unknown" };
  const [intent = "", what = ""] = /^([a-z]+)(?::(.*))?$/s.exec(fields.get("intent") ?? "save")?.slice(1) ?? [];
  const merged = await withSecretsOfDraft(deps, id, fields);
  const draft = (at: string, more: Partial<FormDraft> = {}) => keep(deps, id, merged, at, more);

  switch (intent) {
    case "browse":
      return draft("folder", { browse: what });
    case "choose":
      merged.set("relay.folder", what);
      return draft("folder");
    case "look":
      return draft("files", { look: true });
    case "add": {
      const added = addSection(merged, stored.instance, what);
      return draft(added === null ? "destinations" : `to-${added}`);
    }
    case "drop":
      dropSection(merged, what);
      return draft("destinations");
    default:
      return save(deps, stored, merged, intent, what);
  }
}

async function save(
  deps: FormDeps,
  stored: StoredInstance,
  fields: URLSearchParams,
  intent: string,
  what: string,
): Promise<Submitted> {
  const { instance, version } = stored;
  const secrets = await openAll(deps, stored);
  const given = withPages(givenOf(fields), intent, what);
  const applied = apply(given, { instance, secrets }, deps);
  if (applied.kind === "faulty") return faulty(deps, instance.id, fields, applied.faults);
  if (fields.get("version") !== `${version}`) {
    fields.set("version", `${version}`);
    return keep(deps, instance.id, fields, "notice", { notice: STALE });
  }
  const starts = intent === "start" && !instance.isSetUp;
  if (starts && applied.settings.destinations.length === 0)
    return keep(deps, instance.id, fields, "notice", { notice: GOES_NOWHERE });
  const changed = await deps.instances.change(instance.id, {
    version,
    secrets: applied.secrets,
    edit: (one) => editOf(one, applied, starts ? deps.now() : null),
  });
  if (changed.kind !== "stored") return notStored(deps, instance.id, fields, changed);
  const made = Object.keys(applied.made).length === 0 ? null : await keepMade(deps, instance.id, applied.made);
  return {
    kind: "saved",
    instance: instance.id,
    started: starts,
    made,
    choosesPage: intent === "page" ? what : null,
    rules: instance.isSetUp && !isDeepStrictEqual(instance.rules, changed.stored.instance.rules),
  };
}

/** The Page that is about to be chosen needs no number yet. */
function withPages(given: Given, intent: string, what: string): Given {
  if (intent !== "page") return given;
  return {
    ...given,
    sections: given.sections.filter(({ id, at }) => id !== what || (at["relay.page.id"] ?? "") !== ""),
  };
}

/** `startedAt`: it begins now, and files that are older are old. */
function editOf(one: Instance, { settings }: Applied & { kind: "fits" }, startedAt: number | null): Instance {
  const next = { ...one, ...settings };
  return startedAt === null ? next : { ...next, status: "active", isSetUp: true, trouble: null, since: startedAt };
}

function notStored(
  deps: FormDeps,
  id: string,
  fields: URLSearchParams,
  changed: Exclude<Changed, { kind: "stored" }>,
): Promise<Submitted> | Submitted {
  if (changed.kind === "unknown") return { kind: "unknown" };
  const notice = changed.kind === "invalid" ? `Not saved: ${changed.faults.join("; ")}` : STALE;
  return keep(deps, id, fields, "notice", { notice });
}

const faulty = (deps: FormDeps, id: string, fields: URLSearchParams, faults: Faults): Promise<Submitted> =>
  keep(deps, id, fields, "notice", { faults: Object.fromEntries(faults) });

async function keep(
  deps: FormDeps,
  id: string,
  fields: URLSearchParams,
  at: string,
  more: Partial<FormDraft>,
): Promise<Submitted> {
  fields.delete("intent");
  fields.delete("draft");
  const base = { instance: id, fields: fields.toString(), faults: {}, browse: null, look: false, notice: null };
  return { kind: "draft", id: await deps.drafts.keep({ ...base, ...more }), at };
}

/** Shown once: on the page that follows, out of the draft. */
async function keepMade(deps: FormDeps, id: string, made: Record<string, string>): Promise<string> {
  const fields = new URLSearchParams(Object.entries(made).map(([side, secret]) => [`made:${side}`, secret]));
  const none = { faults: {}, browse: null, look: false, notice: null };
  return deps.drafts.keep({ instance: id, fields: fields.toString(), ...none });
}

/** A secret that was typed before the form was shown again is not shown in it, and still meant. */
async function withSecretsOfDraft(deps: FormDeps, id: string, fields: URLSearchParams): Promise<URLSearchParams> {
  const merged = new URLSearchParams(fields);
  const before = await deps.drafts.load(fields.get("draft") ?? "");
  if (before === null || before.instance !== id) return merged;
  const typed = secretsIn(new URLSearchParams(before.fields));
  const forgotten = new Set(fields.getAll("forget"));
  for (const [name, value] of typed) if (!merged.get(name) && !forgotten.has(name)) merged.set(name, value);
  return merged;
}

/** The secrets that were typed, by the names of their fields. */
export function secretsIn(fields: URLSearchParams): Map<string, string> {
  const found = new Map<string, string>();
  const { at, sections } = givenOf(fields);
  for (const [prefix, some] of [["", at] as const, ...sections.map((one) => [`${one.id}/`, one.at] as const)])
    for (const [key, value] of Object.entries(some))
      if (isSecretKey(key) && value !== "") found.set(`${prefix}${key}`, value);
  return found;
}

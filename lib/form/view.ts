/** What the page of the form shows, of the instance as it is or of what was typed. Pure; no secret is in it. */
import { type Instance, SOURCE } from "../core/instance.ts";
import { isSecretKey } from "../elements/configuration-keys.ts";
import { type Configuration, writeDestination } from "../elements/destination-keys.ts";
import { configurationOf } from "../elements/from-instance.ts";
import type { SecretsBySide } from "../elements/to-instance.ts";
import type { FormDraft } from "../store/form-drafts.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import { coreOf } from "./apply.ts";
import * as fields from "./fields.ts";
import { type Given, givenOf, type Section } from "./given.ts";

export interface FieldView extends fields.FieldFacts {
  name: string;
  /** Without what no id may hold. */
  id: string;
  value: string;
  isOn: boolean;
  fault: string | null;
  /** A secret that is there already, or was typed before: empty means that it stays. */
  isKept: boolean;
}

export interface SectionView {
  id: string;
  kind: Section["kind"];
  title: string;
  /** Of a Page that was chosen: its name. */
  page: string | null;
  fields: FieldView[];
}

export interface FormView {
  id: string;
  version: number;
  draft: string | null;
  isSetUp: boolean;
  name: FieldView;
  optional: FieldView[];
  enabled: FieldView;
  events: FieldView[];
  tags: FieldView;
  folder: FieldView;
  rules: FieldView[];
  /** Null once it has begun: it would change nothing. */
  backfill: FieldView | null;
  environment: FieldView;
  sections: SectionView[];
  notice: string | null;
  /** Every fault, with the field it is about. */
  faults: { id: string; label: string; words: string }[];
}

/** `secrets`: only to know which there are. */
export function formView(
  { instance, version }: StoredInstance,
  secrets: SecretsBySide,
  draft: { id: string; draft: FormDraft } | null,
): FormView {
  const given = draft === null ? givenOfInstance(instance, secrets) : givenOf(new URLSearchParams(draft.draft.fields));
  const kept = secretNames(instance, secrets);
  const faults = draft?.draft.faults ?? {};
  const all: FieldView[] = [];
  const show = (facts: fields.FieldFacts, at: Configuration, name: string): FieldView => {
    const value = at[facts.key] ?? "";
    const isSecret = facts.type === "password";
    const view: FieldView = {
      ...facts,
      name,
      id: idOf(name),
      value: isSecret ? "" : value,
      isOn: value === "true",
      fault: faults[name] ?? null,
      isKept: isSecret && (kept.has(name) || value !== ""),
    };
    all.push(view);
    return view;
  };
  const general = (facts: fields.FieldFacts) => show(facts, given.at, facts.key);
  const view = {
    id: instance.id,
    version: draft === null ? version : Number(new URLSearchParams(draft.draft.fields).get("version") ?? version),
    draft: draft?.id ?? null,
    isSetUp: instance.isSetUp,
    name: show(fields.NAME, { name: given.name }, "name"),
    optional: fields.OPTIONAL.map(general),
    enabled: general(fields.EVENTS_ENABLED),
    events: fields.EVENTS.map(general),
    tags: show(fields.TAGS, { tags: given.tags.join(", ") }, "tags"),
    folder: general(fields.FOLDER),
    rules: fields.RULES.map(general),
    backfill: instance.isSetUp ? null : general(fields.BACKFILL),
    environment: general(fields.ENVIRONMENT),
    sections: given.sections.map(({ id, kind, at }) => ({
      id,
      kind,
      title: TITLES[kind],
      page: pageNameOf(instance, id, at),
      fields: fields.SECTION_FIELDS[kind].map((facts) => show(facts, at, fields.nameIn(id, facts.key))),
    })),
    notice: draft?.draft.notice ?? null,
  };
  const wrong = all.flatMap(({ id, label, fault }) => (fault === null ? [] : [{ id, label, words: fault }]));
  return { ...view, faults: wrong };
}

const TITLES = {
  records: "Records endpoint",
  page: "Facebook Page",
  callback: "One more callback",
} as const satisfies Record<Section["kind"], string>;

export const idOf = (name: string): string => `f-${name.replace(/[^a-z0-9]+/gi, "-")}`;

function pageNameOf({ destinations }: Instance, id: string, at: Configuration): string | null {
  const one = destinations.find((some) => some.id === id);
  return one?.kind === "page" && one.pageId === at["relay.page.id"] ? one.pageName || `Page ${one.pageId}` : null;
}

/** The instance as somebody would have typed it. */
function givenOfInstance(instance: Instance, secrets: SecretsBySide): Given {
  const core = coreOf(instance);
  const clear = (at: Configuration) => Object.fromEntries(Object.entries(at).filter(([key]) => !isSecretKey(key)));
  return {
    name: instance.name,
    tags: instance.tags,
    at: clear(configurationOf({ ...instance, destinations: core }, secrets)),
    sections: instance.destinations.flatMap((one): Section[] =>
      core.includes(one) || one.kind === "environment"
        ? []
        : [{ id: one.id, kind: one.kind, at: clear(writeDestination(one, {})) }],
    ),
  };
}

/** The fields whose secrets are there. */
function secretNames(instance: Instance, secrets: SecretsBySide): Set<string> {
  const core = coreOf(instance);
  const general = configurationOf({ ...instance, destinations: core }, { ...secrets, [SOURCE]: secrets[SOURCE] ?? {} });
  const named = instance.destinations
    .filter((one) => !core.includes(one))
    .flatMap((one) =>
      Object.keys(writeDestination(one, secrets[one.id] ?? {})).map((key) => fields.nameIn(one.id, key)),
    );
  return new Set([...Object.keys(general), ...named].filter((name) => isSecretKey(name.split("/").at(-1) ?? name)));
}

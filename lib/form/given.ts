/** What a person typed, out of the fields of the form. Fields that are none of the form's are not looked at. Pure. */
import type { Configuration } from "../elements/destination-keys.ts";
import { type FieldFacts, GENERAL, nameIn, SECTION_FIELDS, type SectionKind } from "./fields.ts";

export interface Section {
  /** The destination's id. */
  id: string;
  kind: SectionKind;
  at: Configuration;
}

export interface Given {
  name: string;
  tags: string[];
  at: Configuration;
  sections: Section[];
}

const SECTION = /^([a-z][a-z0-9]{0,31}):(records|page|callback)$/;
const SECTIONS_MAX = 8;

export function givenOf(fields: URLSearchParams): Given {
  const tags = (fields.get("tags") ?? "").split(",").map((tag) => tag.trim());
  return {
    name: fields.get("name") ?? "",
    tags: [...new Set(tags)].filter((tag) => tag !== ""),
    at: readFields(fields, GENERAL, (key) => key),
    sections: sectionsOf(fields).map(({ id, kind }) => ({
      id,
      kind,
      at: readFields(fields, SECTION_FIELDS[kind], (key) => nameIn(id, key)),
    })),
  };
}

/** Which destinations the form has sections for, each once. */
export function sectionsOf(fields: URLSearchParams): Omit<Section, "at">[] {
  const found = new Map<string, SectionKind>();
  for (const value of fields.getAll("destination").slice(0, SECTIONS_MAX)) {
    const [, id, kind] = SECTION.exec(value) ?? [];
    if (id !== undefined && (kind === "records" || kind === "page" || kind === "callback")) found.set(id, kind);
  }
  return [...found].map(([id, kind]) => ({ id, kind }));
}

function readFields(
  fields: URLSearchParams,
  all: readonly FieldFacts[],
  nameOf: (key: string) => string,
): Configuration {
  const forgotten = new Set(fields.getAll("forget"));
  const read = all.flatMap(({ key, type }): [string, string][] => {
    const name = nameOf(key);
    // A browser sends nothing of a switch that is off, and nobody can see what a secret was.
    if (type === "switch") return [[key, fields.has(name) ? "true" : "false"]];
    const value = (fields.get(name) ?? "").replace(/\r\n?/g, "\n").trim();
    if (type === "password") return forgotten.has(name) ? [[key, ""]] : value === "" ? [] : [[key, value]];
    return fields.has(name) ? [[key, value]] : [];
  });
  return Object.fromEntries(read);
}

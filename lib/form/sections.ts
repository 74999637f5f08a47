/** Which destinations the form shows, as its own fields say it. Pure. */
import { type Instance, outboxOf } from "../core/instance.ts";
import { SECTION_FIELDS, type SectionKind } from "./fields.ts";
import { sectionsOf } from "./given.ts";

/** Adds an empty one; answers its id, or null for a kind that is none. */
export function addSection(fields: URLSearchParams, instance: Instance, kind: string): string | null {
  if (!isKind(kind)) return null;
  const id = freshId(
    instance,
    kind,
    sectionsOf(fields).map((one) => one.id),
  );
  fields.append("destination", `${id}:${kind}`);
  if (kind === "page") fields.set(`${id}/relay.page.captions`, "on");
  return id;
}

export function dropSection(fields: URLSearchParams, id: string): void {
  const left = sectionsOf(fields).filter((one) => one.id !== id);
  fields.delete("destination");
  for (const one of left) fields.append("destination", `${one.id}:${one.kind}`);
}

const isKind = (kind: string): kind is SectionKind => Object.hasOwn(SECTION_FIELDS, kind);

/** One that names no outbox yet: another address begins afresh, and does not take the former one's files for its own. */
export function freshId(
  { id, destinations, outboxes }: Instance,
  kind: SectionKind,
  taken: readonly string[] = [],
): string {
  // The first callback is the form's own: these are those after it.
  for (let n = kind === "callback" ? 2 : 1; ; n += 1) {
    const made = n === 1 ? kind : `${kind}${n}`;
    const outbox = outboxOf(id, { kind: "records", id: made, url: "", width: 1 });
    const isUsed = outboxes.some((one) => one === outbox || one.startsWith(`${outbox}_`));
    if (!isUsed && !taken.includes(made) && !destinations.some((one) => one.id === made)) return made;
  }
}

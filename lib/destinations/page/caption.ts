/**
 * A text file beside a photo or video that says what its post shall say: `fair.txt` is the message, `fair.md` may begin
 * with front matter (`alt`, `schedule`) before it. Pure: which files exist is for the caller.
 */

import { parseDocument } from "yaml";
import { z } from "zod";
import { overLimit } from "../../core/sizes.ts";

/** Longer than any message Facebook takes; a larger file was not meant as a caption. */
export const SIDECAR_MAX_BYTES = 64 * 1024;

export type Sidecar =
  /** `scheduledAt` in ms. Null: not said. */
  | { kind: "caption"; message: string | null; alt: string | null; scheduledAt: number | null }
  /** Names the field or the line, and quotes nothing of the file: this goes into logs. */
  | { kind: "invalid"; message: string };

const frontMatter = z.strictObject({
  alt: z.string().trim().min(1).max(1000).nullish(),
  // To the second or to the minute. Without a zone it would be the server's, which is nobody's.
  schedule: z
    .union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
      error: "must be a time with its zone, like 2026-10-01T09:00+02:00",
    })
    .nullish(),
});

/** True for a name that a sidecar has. Whether the file is one depends on a photo or video beside it. */
export const isSidecarName = (name: string): boolean => /^[^/]+\.(md|txt)$/i.test(name);

/** Where the sidecar of a file may be; the first that exists counts. None for what is a sidecar by name itself. */
export function sidecarPathsOf(path: string): string[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const stem = name.replace(/(?<=.)\.[^.]*$/, "");
  if (stem === name || isSidecarName(name)) return [];
  const base = path.slice(0, path.length - name.length + stem.length);
  return [`${base}.md`, `${base}.txt`];
}

/** Reads a sidecar's bytes. An empty one says nothing: all three are null. */
export function parseSidecar(name: string, content: Uint8Array): Sidecar {
  if (content.length > SIDECAR_MAX_BYTES) {
    return invalid(`${name}: ${overLimit(content.length, SIDECAR_MAX_BYTES)} for a caption`);
  }
  let text: string;
  try {
    // The decoder takes a byte order mark away.
    text = new TextDecoder("utf-8", { fatal: true }).decode(content).replace(/\r\n?/g, "\n");
  } catch {
    return invalid(`${name}: not UTF-8 text; save it with the encoding UTF-8`);
  }
  const head = /\.md$/i.test(name) ? /^---[ \t]*\n/.exec(text) : null;
  if (head === null) return { kind: "caption", message: text.trim() || null, alt: null, scheduledAt: null };
  // The line before the end may be the first one: front matter can be empty.
  const end = /^---[ \t]*$/m.exec(text.slice(head[0].length));
  if (end === null) return invalid(`${name}: the front matter does not end, a line --- is missing`);
  const fields = parseFrontMatter(text.slice(head[0].length, head[0].length + end.index));
  if (fields.kind === "invalid") return invalid(`${name}: ${fields.message}`);
  const message = text.slice(head[0].length + end.index + end[0].length).trim() || null;
  return { kind: "caption", message, alt: fields.alt, scheduledAt: fields.scheduledAt };
}

type Fields = { kind: "fields"; alt: string | null; scheduledAt: number | null } | { kind: "invalid"; message: string };

function parseFrontMatter(yaml: string): Fields {
  let value: unknown;
  try {
    const document = parseDocument(yaml, { prettyErrors: true, logLevel: "silent" });
    const error = document.errors[0] ?? document.warnings[0];
    if (error !== undefined) {
      // The opening line is counted too, as the person sees the file.
      const line = (error.linePos?.[0].line ?? 1) + 1;
      return invalid(`the front matter is not YAML that can be read (line ${line}, ${error.code})`);
    }
    value = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return invalid("the front matter is not YAML that can be read");
  }
  const checked = frontMatter.safeParse(value);
  if (checked.success) {
    const { alt, schedule } = checked.data;
    return { kind: "fields", alt: alt ?? null, scheduledAt: schedule ? Date.parse(schedule) : null };
  }
  const issue = checked.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    return invalid(
      `field ${(issue.keys[0] ?? "").slice(0, 40)} of the front matter is not known; alt and schedule are`,
    );
  }
  const field = issue?.path.join(".") || null;
  if (field === null) return invalid("the front matter is not a list of fields");
  return invalid(`field ${field} of the front matter: ${issue?.message ?? "invalid"}`);
}

const invalid = (message: string): { kind: "invalid"; message: string } => ({ kind: "invalid", message });

/** Which files the rules of an instance select, and the reason when they do not. Pure. */
import { fits, lettersOf } from "./glob.ts";
import { type Glob, parseGlob } from "./glob-parse.ts";
import { overLimit } from "./sizes.ts";

export interface Rules {
  /** Globs over the path relative to the watched folder, any case. Empty: everything. */
  include: readonly string[];
  exclude: readonly string[];
  /** Lower case, without the dot. Empty: every extension. */
  extensions: readonly string[];
  sizeMaxBytes: number;
}

/** What editors and systems write beside the file a person means. */
const TEMPORARY = [
  /^~\$/,
  /^\.~/,
  /\.tmp$/i,
  /\.temp$/i,
  /\.part$/i,
  /\.crdownload$/i,
  /^desktop\.ini$/i,
  /^thumbs\.db$/i,
];

export interface NotSelected {
  /** In words a person can act on. */
  reason: string;
  /** By the name of its variable; null for what no rule can change. */
  rule: { name: string; value: string } | null;
}

/** What leaves a file out; null when it is selected. */
export function notSelectedBy(
  file: { name: string; path: string; size: number },
  folder: string,
  rules: Rules,
): NotSelected | null {
  const by = (name: string, value: string, reason: string) => ({ reason, rule: { name, value } });
  const relative = relativeTo(folder, file.path);
  if (relative === null) return by("DROPBOX_FOLDER", folder, `outside the folder ${folder}`);
  if (isTemporary(file.name)) return { reason: "a temporary file", rule: null };
  if (isHidden(relative)) return { reason: "a hidden file or in a hidden folder", rule: null };
  const extension = extensionOf(file.name);
  if (rules.extensions.length > 0 && !rules.extensions.includes(extension)) {
    const value = rules.extensions.join(", ");
    return by("EXTENSIONS", value, `its extension is not among ${value}`);
  }
  if (rules.include.length > 0 && !matches(rules.include, relative)) {
    const value = rules.include.join(", ");
    return by("INCLUDE", value, `matches none of the include patterns ${value}`);
  }
  if (rules.exclude.length > 0 && matches(rules.exclude, relative)) {
    const value = rules.exclude.join(", ");
    return by("EXCLUDE", value, `matches an exclude pattern among ${value}`);
  }
  if (file.size > rules.sizeMaxBytes) {
    return by("SIZE_MAX_BYTES", `${rules.sizeMaxBytes}`, overLimit(file.size, rules.sizeMaxBytes));
  }
  return null;
}

export const isTemporary = (name: string): boolean => TEMPORARY.some((pattern) => pattern.test(name));

/** Of a path relative to the watched folder: itself, or a folder it lies in. */
export const isHidden = (relative: string): boolean => relative.split("/").some((part) => part.startsWith("."));

/** In lower case, without the dot; "" for none. */
export const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

/** The reason alone; null when it is selected. */
export const whyNotSelected = (...of: Parameters<typeof notSelectedBy>): string | null =>
  notSelectedBy(...of)?.reason ?? null;

/** Whether a path lies below a folder, in any case; "" is the folder of all. A folder may be given without its first slash. */
export function isBelow(folder: string, path: string): boolean {
  const base = folder.replace(/^\/*(?=.)/, "/").replace(/\/+$/, "");
  return relativeTo(base, path) !== null;
}

/** Null: outside. Compared name by name: a path in lower case may have another length ("İ"), so its folder cannot be cut off by length. */
export function relativeTo(folder: string, path: string): string | null {
  const base = composed(folder).replace(/\/$/, "").split("/");
  const names = composed(path).split("/");
  if (names.length <= base.length) return null;
  if (base.some((name, n) => name.toLowerCase() !== names[n]?.toLowerCase())) return null;
  return names.slice(base.length).join("/");
}

/** A name may hold the letters of a pattern: `[a].jpg` is also itself. */
export function matches(patterns: readonly string[], path: string): boolean {
  const [whole, letters] = [composed(path), lettersOf(composed(path))];
  return patterns.map(composed).includes(whole) || globsOf(patterns).some((glob) => fits(glob, letters));
}

/** Read once for all files: a rule's list does not change. */
const read = new WeakMap<readonly string[], Glob[]>();
function globsOf(patterns: readonly string[]): Glob[] {
  const globs = read.get(patterns) ?? patterns.map((pattern) => parseGlob(composed(pattern)));
  read.set(patterns, globs);
  return globs;
}

/** Dropbox composes accents; a folder or pattern copied from a Mac has them apart. */
const composed = (text: string): string => text.normalize("NFC");

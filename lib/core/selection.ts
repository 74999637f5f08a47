/** Which files the rules of an instance select, and the reason when they do not. Pure. */
import { fits, lettersOf } from "./glob.ts";
import { type Glob, parseGlob } from "./glob-parse.ts";

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

/** The reason a file is not selected, in words a person can act on; null when it is selected. */
export function whyNotSelected(
  file: { name: string; path: string; size: number },
  folder: string,
  rules: Rules,
): string | null {
  const relative = relativeTo(folder, file.path);
  if (relative === null) return `outside the folder ${folder}`;
  if (TEMPORARY.some((pattern) => pattern.test(file.name))) return "a temporary file";
  if (relative.split("/").some((part) => part.startsWith("."))) return "a hidden file or in a hidden folder";
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (rules.extensions.length > 0 && !rules.extensions.includes(extension)) {
    return `its extension is not among ${rules.extensions.join(", ")}`;
  }
  if (rules.include.length > 0 && !matches(rules.include, relative)) {
    return `matches none of the include patterns ${rules.include.join(", ")}`;
  }
  if (rules.exclude.length > 0 && matches(rules.exclude, relative)) {
    return `matches an exclude pattern among ${rules.exclude.join(", ")}`;
  }
  if (file.size > rules.sizeMaxBytes) return `${file.size} bytes, more than the limit of ${rules.sizeMaxBytes}`;
  return null;
}

/** Compared name by name: a path in lower case may have another length ("İ"), so its folder cannot be cut off by length. */
function relativeTo(folder: string, path: string): string | null {
  const base = composed(folder).replace(/\/$/, "").split("/");
  const names = composed(path).split("/");
  if (names.length <= base.length) return null;
  if (base.some((name, n) => name.toLowerCase() !== names[n]?.toLowerCase())) return null;
  return names.slice(base.length).join("/");
}

/** A name may hold the letters of a pattern: `[a].jpg` is also itself. */
function matches(patterns: readonly string[], path: string): boolean {
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

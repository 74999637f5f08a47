/** What a message template may name of a file. Pure. */

/** Null is what is not there: it prints nothing and is false in a condition. */
export interface MessageValues {
  name: string;
  /** The name without its extension, and that extension in lower case without the dot. */
  stem: string;
  extension: string;
  folder: string;
  path: string;
  size: number;
  sizeText: string;
  /** ISO 8601, for the `date` filter. */
  modified: string;
  link: string | null;
  caption: string | null;
  alt: string | null;
}

/** The part of the values that the file itself gives. */
export function describeFile(file: {
  path: string;
  size: number;
  modified: number;
}): Omit<MessageValues, "link" | "caption" | "alt"> {
  const slash = file.path.lastIndexOf("/");
  const name = file.path.slice(slash + 1);
  const dot = name.lastIndexOf(".");
  return {
    name,
    stem: dot > 0 ? name.slice(0, dot) : name,
    extension: dot > 0 ? name.slice(dot + 1).toLowerCase() : "",
    folder: file.path.slice(0, Math.max(slash, 0)) || "/",
    path: file.path,
    size: file.size,
    sizeText: sizeText(file.size),
    modified: new Date(file.modified).toISOString(),
  };
}

/** Bytes for people, in thousands as Dropbox's own pages count: "1.2 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = "";
  for (const next of ["kB", "MB", "GB", "TB"]) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1).replace(/\.0$/, "")} ${unit}`;
}

/** A file that does not exist, to try a template on and to show what it gives. */
export const EXAMPLE: MessageValues = {
  ...describeFile({ path: "/Events/Summer fair.jpg", size: 1_234_567, modified: Date.UTC(2026, 6, 1, 9, 30) }),
  link: "https://example.org/summer-fair.jpg",
  caption: "Our summer fair.",
  alt: "Stalls under trees",
};

/** The addresses of pages, made in one place so that ids and paths are escaped in one way. */

/** The story of one file. */
export const storyHref = (id: string, link: string): string =>
  `/files/${encodeURIComponent(id)}?${new URLSearchParams({ link })}`;

/** The table of files; what is empty is left out. */
export function filesHref(filter: Record<string, string | null | undefined>): string {
  const given = Object.entries(filter).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "",
  );
  return given.length === 0 ? "/files" : `/files?${new URLSearchParams(given)}`;
}

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

/** The page of the stored instance that a destination's address begins with; null: it is the environment's. */
export function instanceHref(link: string): string | null {
  const instance = /^\d+/.exec(link)?.[0];
  return instance === undefined ? null : `/instances/${instance}`;
}

/** A bulk act: its plan, then how far it is. */
export const bulkHref = (id: string): string => `/files/bulk/${encodeURIComponent(id)}`;

/** Where one is planned; what it begins with. */
export const backfillHref = (link: string, which: "all" | "rules" = "all"): string =>
  `/files/backfill?${new URLSearchParams(which === "all" ? { link } : { link, which })}`;
export const replayHref = (link: string, state: "dead" | "unclear"): string =>
  `/files/replay?${new URLSearchParams({ link, state })}`;

/** Where whoever connects an account comes back to, by where each is to be entered. */
export const redirectAddresses = (publicBaseUrl: string): { label: string; value: string }[] => [
  { label: "Dropbox App Console, Redirect URIs", value: `${publicBaseUrl}/connect/dropbox/callback` },
  { label: "Facebook Login, Valid OAuth Redirect URIs", value: `${publicBaseUrl}/connect/facebook/callback` },
];

/** The header `Authorization: User <secret>, Organization <secret>, Element <token>`, or `Bearer <token>`, as pairs. */

const SCHEMES = ["user", "organization", "element", "bearer"] as const;
type Scheme = (typeof SCHEMES)[number];
export type Credentials = Partial<Record<Scheme, string>>;

const HEADER_MAX = 4096;
/** Values are base64: a comma ends a pair only before the next scheme. */
const BETWEEN_PAIRS = /\s*,\s*(?=(?:User|Organization|Element|Bearer)\s)/i;

const isScheme = (word: string): word is Scheme => SCHEMES.some((one) => one === word);

/** In any order and case; null when it holds something else, or one scheme twice: nobody may choose which of the two counts. */
export function credentialsOf(header: string | null): Credentials | null {
  if (header === null || header.length > HEADER_MAX) return null;
  const found: Credentials = {};
  for (const pair of header.trim().split(BETWEEN_PAIRS)) {
    const cut = pair.indexOf(" ");
    const scheme = pair.slice(0, cut).toLowerCase();
    const value = pair.slice(cut + 1).trim();
    if (cut < 0 || value === "" || !isScheme(scheme) || found[scheme] !== undefined) return null;
    found[scheme] = value;
  }
  return found;
}

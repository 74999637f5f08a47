/** Redis' own pattern language, and the stateless cursor shared by SCAN and HSCAN. */
import { CommandError, parseInteger, syntaxError } from "./values.ts";

/** `*`, `?`, `[a-z]`, `[^a]` and `\x`, over byte strings. */
export function globToRegExp(pattern: string): RegExp {
  const literal = (char: string) => char.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const source = pattern.replace(
    /\\([\s\S])|\[(\^?)((?:\\[\s\S]|[^\]\\])*)\]|[\s\S]/g,
    (token: string, escaped?: string, negated?: string, members?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (members !== undefined) return charClass(negated === "^", members);
      if (token === "*") return "[\\s\\S]*";
      return token === "?" ? "[\\s\\S]" : literal(token);
    },
  );
  return new RegExp(`^${source}$`);
}

function charClass(negated: boolean, members: string): string {
  if (members === "") return negated ? "[\\s\\S]" : "[^\\s\\S]";
  const safe = members.replace(/\\([\s\S])|[\^[\]]/g, (token: string, escaped?: string) =>
    escaped === undefined ? `\\${token}` : `\\x${escaped.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `[${negated ? "^" : ""}${safe}]`;
}

const HASH_SPACE = 2 ** 32;

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

export interface ScanOptions {
  cursor: number;
  match: RegExp | null;
  count: number;
  type: string | null;
}

export function parseScan([cursor = "", ...rest]: readonly string[], typeAllowed: boolean): ScanOptions {
  if (!/^\d{1,20}$/.test(cursor)) throw new CommandError("ERR invalid cursor");
  const options: ScanOptions = { cursor: Number(cursor), match: null, count: 10, type: null };
  for (let i = 0; i < rest.length; i += 2) {
    const value = rest[i + 1];
    const name = rest[i]?.toUpperCase();
    if (value === undefined) throw syntaxError();
    if (name === "MATCH") options.match = globToRegExp(value);
    else if (name === "COUNT") options.count = Number(parseInteger(value));
    else if (name === "TYPE" && typeAllowed) options.type = value.toLowerCase();
    else throw syntaxError();
  }
  if (options.count < 1) throw syntaxError();
  return options;
}

/** The names whose hash lies in the cursor's window. What stays for a whole scan is returned exactly once, whatever else comes or goes. */
export function scanWindow(names: Iterable<string>, size: number, { cursor, count, match }: ScanOptions) {
  const width = size <= count ? HASH_SPACE : Math.max(1, Math.ceil((HASH_SPACE * count) / size));
  const end = cursor + width;
  const found: string[] = [];
  for (const name of names) {
    const at = hash(name);
    if (at >= cursor && at < end && (match === null || match.test(name))) found.push(name);
  }
  return { next: end >= HASH_SPACE ? "0" : String(end), found };
}

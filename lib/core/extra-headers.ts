/**
 * Headers that a user wants on requests to an endpoint of theirs, as they wrote them: a JSON object, or lines of the form
 * `Name: value`. Pure. What says whose a request is, how long it is or where it goes is not theirs to set.
 */

const HEADERS_MAX = 20;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const VALUE = /^[\x20-\x7e]{0,2000}$/;
const NOT_THEIRS =
  /^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|webhook-.*|elements-.*|user-agent|cookie)$/i;

/** Null when it is neither form, or holds what no header can or may. */
export function readExtraHeaders(text: string): Record<string, string> | null {
  const pairs = text.trim().startsWith("{") ? fromJson(text) : fromLines(text);
  if (pairs === null || pairs.length > HEADERS_MAX) return null;
  const fit = pairs.every(([name, value]) => NAME.test(name) && VALUE.test(value) && !NOT_THEIRS.test(name));
  return fit ? Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])) : null;
}

function fromJson(text: string): [string, string][] | null {
  try {
    const all: [string, unknown][] = Object.entries(JSON.parse(text));
    return all.every((pair): pair is [string, string] => typeof pair[1] === "string") ? all : null;
  } catch {
    return null; // no JSON
  }
}

function fromLines(text: string): [string, string][] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const pairs = lines.map((line): [string, string] => {
    const cut = line.indexOf(":");
    return [line.slice(0, Math.max(0, cut)).trim(), line.slice(cut + 1).trim()];
  });
  return pairs.every(([name]) => name !== "") ? pairs : null;
}

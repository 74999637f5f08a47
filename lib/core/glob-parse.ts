/** Reads a glob: `*`, `**`, `?`, `[a-z]`, `{a,b}`, `@(a|b)` and its kin, `\` before a letter that is meant itself. Anything else is itself. */

export type Part =
  | { kind: "letter"; letter: string }
  /** One letter of a name. */
  | { kind: "any" }
  | { kind: "set"; ranges: readonly (readonly [first: number, last: number])[]; isNegated: boolean }
  /** Any letters of one name. */
  | { kind: "star" }
  /** Any number of whole folder names with their slashes, also none. */
  | { kind: "folders" }
  | { kind: "everything" }
  | { kind: "group"; repeat: Repeat; choices: readonly (readonly Part[])[] };

/** How often one of the choices stands there; `!`: any text of a name but one of them. */
type Repeat = "@" | "?" | "*" | "+" | "!";

export interface Glob {
  parts: readonly Part[];
  /** Written with a `!` in front: everything but what it describes. */
  isNegated: boolean;
}

/** Deeper groups are taken for letters. */
const DEPTH_MAX = 10;

/** Never throws: what is not closed stands for itself. */
export function parseGlob(pattern: string): Glob {
  const [, marks = "", rest = ""] = /^((?:!(?!\())*)(?:\.\/)?(.*)$/s.exec(pattern) ?? [];
  const source = [...rest];
  return {
    parts: readParts(source, pairsIn(source), 0, source.length, true),
    isNegated: marks.length % 2 === 1,
  };
}

const isRepeat = (letter: string | undefined): letter is Repeat => letter !== undefined && "@?*+!".includes(letter);

/** Where each group and set that is opened is closed, and its dividers. One pass, whatever is left open. */
interface Pair {
  end: number;
  dividers: number[];
}
function pairsIn(source: readonly string[]): Map<number, Pair> {
  const pairs = new Map<number, Pair>();
  const open: { at: number; closing: string; divider: string; dividers: number[] }[] = [];
  let escaped = -1;
  let maySetsEnd = true;
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at];
    const innermost = open.at(-1);
    if (letter === "\\") {
      at += 1;
      escaped = at;
    } else if (letter === "[" && maySetsEnd) {
      const end = setEnd(source, at);
      maySetsEnd = end !== null;
      if (end !== null) pairs.set(at, { end, dividers: [] });
      at = end ?? at;
    } else if (letter === "{" && open.length < DEPTH_MAX) open.push({ at, closing: "}", divider: ",", dividers: [] });
    else if (letter === "(" && isRepeat(source[at - 1]) && escaped !== at - 1 && open.length < DEPTH_MAX)
      open.push({ at, closing: ")", divider: "|", dividers: [] });
    else if (innermost !== undefined && letter === innermost.divider) innermost.dividers.push(at);
    else if (innermost !== undefined && letter === innermost.closing) {
      open.pop();
      // `{a}` is no choice.
      if (innermost.closing === ")" || innermost.dividers.length > 0)
        pairs.set(innermost.at, { end: at, dividers: innermost.dividers });
    }
  }
  return pairs;
}

/** A `]` that comes first belongs to the set. */
function setEnd(source: readonly string[], from: number): number | null {
  const first = source[from + 1] === "!" || source[from + 1] === "^" ? from + 2 : from + 1;
  for (let at = first; at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === "]" && at > first) return at;
  }
  return null;
}

/** `startsName`: what is read begins where a name does, so that `**` can stand for whole names. */
function readParts(
  source: readonly string[],
  pairs: ReadonlyMap<number, Pair>,
  from: number,
  end: number,
  startsName: boolean,
): Part[] {
  const parts: Part[] = [];
  for (let at = from; at < end; at += 1) {
    const letter = source[at] ?? "";
    const isAtName = at === from ? startsName : source[at - 1] === "/";
    const opened = pairs.get(isRepeat(letter) && source[at + 1] === "(" ? at + 1 : at);
    if (opened !== undefined && letter === "[") {
      parts.push(readSet(source.slice(at + 1, opened.end)));
      at = opened.end;
    } else if (opened !== undefined) {
      const isBrace = letter === "{";
      const bounds = [isBrace ? at : at + 1, ...opened.dividers, opened.end];
      const choices = bounds.slice(1).map((to, n) => readParts(source, pairs, (bounds[n] ?? 0) + 1, to, isAtName));
      parts.push({ kind: "group", repeat: isRepeat(letter) ? letter : "@", choices });
      at = opened.end;
    } else if (letter === "*") {
      let stars = 1;
      while (at + stars < end && source[at + stars] === "*" && !pairs.has(at + stars + 1)) stars += 1;
      const next = at + stars < end ? source[at + stars] : undefined;
      const isWhole = stars > 1 && isAtName && (next === undefined || next === "/");
      parts.push({ kind: !isWhole ? "star" : next === "/" ? "folders" : "everything" });
      at += isWhole && next === "/" ? stars : stars - 1;
    } else if (letter === "?") parts.push({ kind: "any" });
    else {
      if (letter === "\\" && at + 1 < end) at += 1;
      parts.push({ kind: "letter", letter: (source[at] ?? "").toLowerCase() });
    }
  }
  return parts;
}

function readSet(inside: readonly string[]): Part {
  const isNegated = inside[0] === "!" || inside[0] === "^";
  const letters: { code: number; isDash: boolean }[] = [];
  for (let at = isNegated ? 1 : 0; at < inside.length; at += 1) {
    const isDash = inside[at] === "-";
    if (inside[at] === "\\" && at + 1 < inside.length) at += 1;
    letters.push({ code: inside[at]?.codePointAt(0) ?? 0, isDash });
  }
  const ranges: [number, number][] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const first = letters[at]?.code ?? 0;
    const last = letters[at + 1]?.isDash ? letters[at + 2]?.code : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) at += 2;
  }
  return { kind: "set", ranges, isNegated };
}

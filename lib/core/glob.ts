/**
 * Matches a parsed glob by keeping the set of places it can have reached, so that time is bounded by the two lengths. File
 * names come from whoever may write to the folder: against a regular expression made of `*-*-*-*-*` one name takes minutes.
 */
import type { Glob, Part } from "./glob-parse.ts";

type Places = ReadonlySet<number>;

/** A path as globs look at it: its characters in lower case. */
export const lettersOf = (path: string): string[] => [...path].map((letter) => letter.toLowerCase());

/** True when the whole path is what the glob describes. */
export function fits(glob: Glob, letters: readonly string[]): boolean {
  const isReached = walk(glob.parts, letters, new Set([0])).has(letters.length);
  return isReached !== glob.isNegated;
}

function walk(parts: readonly Part[], letters: readonly string[], from: Places): Places {
  let places = from;
  for (const part of parts) {
    if (places.size === 0) break;
    places = step(part, letters, places);
  }
  return places;
}

function step(part: Part, letters: readonly string[], from: Places): Places {
  switch (part.kind) {
    case "letter":
    case "any":
    case "set":
      return new Set([...from].filter((at) => isOne(part, letters[at])).map((at) => at + 1));
    case "star":
      return spread(letters, from, (at) => letters[at] !== "/");
    case "everything":
      return spread(letters, from, () => true);
    case "folders":
      return folders(letters, from);
    case "group":
      return group(part, letters, from);
  }
}

/** Every place from which the next letter may be passed over leads to the next place as well. */
function spread(letters: readonly string[], from: Places, mayPass: (at: number) => boolean): Places {
  const reached = new Set<number>();
  let isOn = false;
  for (let at = 0; at <= letters.length; at += 1) {
    isOn = isOn || from.has(at);
    if (isOn) reached.add(at);
    isOn = isOn && mayPass(at);
  }
  return reached;
}

function folders(letters: readonly string[], from: Places): Places {
  const reached = new Set(from);
  let isOn = false;
  for (let at = 0; at < letters.length; at += 1) {
    isOn = isOn || from.has(at);
    if (isOn && letters[at] === "/") reached.add(at + 1);
  }
  return reached;
}

function group(part: Part & { kind: "group" }, letters: readonly string[], from: Places): Places {
  const once = (places: Places) => new Set(part.choices.flatMap((choice) => [...walk(choice, letters, places)]));
  if (part.repeat === "!") return new Set([...from].flatMap((at) => others(once(new Set([at])), letters, at)));
  const reached = part.repeat === "?" || part.repeat === "*" ? new Set(from) : new Set<number>();
  let fresh: Places = from;
  do {
    fresh = new Set([...once(fresh)].filter((at) => !reached.has(at)));
    for (const at of fresh) reached.add(at);
  } while (fresh.size > 0 && (part.repeat === "*" || part.repeat === "+"));
  return reached;
}

/** The places of the name at `from` that are not among the given ones. */
function others(places: Places, letters: readonly string[], from: number): number[] {
  const found: number[] = [];
  for (let at = from; at <= letters.length; at += 1) {
    if (!places.has(at)) found.push(at);
    if (letters[at] === "/") break;
  }
  return found;
}

function isOne(part: Part & { kind: "letter" | "any" | "set" }, letter: string | undefined): boolean {
  if (letter === undefined) return false;
  if (part.kind === "letter") return part.letter === letter;
  if (letter === "/") return false;
  if (part.kind === "any") return true;
  const forms = [letter, letter.toUpperCase()].map((form) => form.codePointAt(0) ?? 0);
  return part.ranges.some(([first, last]) => forms.some((form) => first <= form && form <= last)) !== part.isNegated;
}

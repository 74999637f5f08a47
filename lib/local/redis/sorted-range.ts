/** Which ranks a range of scores, bytes or indexes covers. */
import type { Scored, SortedSet } from "./sorted-set.ts";
import { CommandError, parseFloatOrNull, parseIndex } from "./values.ts";

/** Ranks from the first up to but without the second. */
export type Span = readonly [from: number, to: number];

export type RangeKind = "index" | "score" | "lex";

/** The first member at or past a bound, or with `past` the first beyond it. */
type Bound = (past: boolean) => (entry: Scored) => boolean;

function scoreBound(text: string): Bound {
  const exclusive = text.startsWith("(");
  const limit = parseFloatOrNull(exclusive ? text.slice(1) : text);
  if (limit === null) throw new CommandError("ERR min or max is not a float");
  return (past) => (past !== exclusive ? ({ score }) => score > limit : ({ score }) => score >= limit);
}

function lexBound(text: string): Bound {
  if (text === "-") return () => () => true;
  if (text === "+") return () => () => false;
  const limit = text.slice(1);
  if (!/^[[(]/.test(text)) throw new CommandError("ERR min or max not valid string range item");
  const exclusive = text.startsWith("(");
  return (past) => (past !== exclusive ? ({ member }) => member > limit : ({ member }) => member >= limit);
}

/** For an upper bound, exclusive means stopping before equal members; for a lower one, starting after them. */
function spanBetween(set: SortedSet, low: Bound, high: Bound): Span {
  const from = set.rankOf(low(false));
  return [from, Math.max(from, set.rankOf(high(true)))];
}

export const scoreSpan = (set: SortedSet, min: string, max: string): Span =>
  spanBetween(set, scoreBound(min), scoreBound(max));

const lexSpan = (set: SortedSet, min: string, max: string): Span => spanBetween(set, lexBound(min), lexBound(max));

/** Indexes as Redis counts them: inclusive, negative from the end. */
export function indexSpan(size: number, start: string, stop: string): Span {
  const [first, last] = [parseIndex(start), parseIndex(stop)];
  const from = Math.max(0, first < 0 ? size + first : first);
  const to = Math.min(size, (last < 0 ? size + last : last) + 1);
  return [from, Math.max(from, to)];
}

export interface RangeQuery {
  kind: RangeKind;
  start: string;
  stop: string;
  reverse: boolean;
  limit: { offset: number; count: number } | null;
}

/** The members asked for, in the order asked for. */
export function membersIn(set: SortedSet, { kind, start, stop, reverse, limit }: RangeQuery): Scored[] {
  const [min, max] = reverse && kind !== "index" ? [stop, start] : [start, stop];
  const span =
    kind === "score"
      ? scoreSpan(set, min, max)
      : kind === "lex"
        ? lexSpan(set, min, max)
        : indexSpan(set.size, min, max);
  const ordered: Span = reverse && kind === "index" ? [set.size - span[1], set.size - span[0]] : span;
  const [from, to] = limited(ordered, reverse, limit);
  const found = set.slice(from, to);
  return reverse ? found.reverse() : found;
}

function limited([from, to]: Span, reverse: boolean, limit: RangeQuery["limit"]): Span {
  if (limit === null) return [from, to];
  if (limit.offset < 0) return [from, from];
  const count = limit.count < 0 ? Infinity : limit.count;
  if (reverse) return [Math.max(from, to - limit.offset - count), Math.max(from, to - limit.offset)];
  return [from + limit.offset, Math.min(to, from + limit.offset + count)];
}

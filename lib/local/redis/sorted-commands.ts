/** Sorted sets. */
import { type CommandTable, type Keyspace, reading, writing } from "./keyspace.ts";
import { indexSpan, membersIn, type RangeQuery, type Span, scoreSpan } from "./sorted-range.ts";
import { type Scored, SortedSet } from "./sorted-set.ts";
import { CommandError, formatScore, parseIndex, parseScore, type Raw, syntaxError } from "./values.ts";

const ADD_FLAGS = new Set(["NX", "XX", "GT", "LT", "CH"]);
const EMPTY = new SortedSet();

function add(db: Keyspace, [key = "", ...rest]: readonly string[]): Raw {
  const flags = new Set<string>();
  let at = 0;
  for (; ADD_FLAGS.has(rest[at]?.toUpperCase() ?? ""); at++) flags.add(rest[at]?.toUpperCase() ?? "");
  const pairs = rest.slice(at);
  if (pairs.length === 0 || pairs.length % 2 !== 0) throw syntaxError();
  if (flags.has("NX") && flags.has("XX")) {
    throw new CommandError("ERR XX and NX options at the same time are not compatible");
  }
  if (Number(flags.has("NX")) + Number(flags.has("GT")) + Number(flags.has("LT")) > 1) {
    throw new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  const scores = pairs.filter((_, i) => i % 2 === 0).map(parseScore);
  const set = db.sorted(key) ?? (flags.has("XX") ? new SortedSet() : db.sortedToWrite(key));
  let added = 0;
  let changed = 0;
  for (const [i, score] of scores.entries()) {
    const member = pairs[2 * i + 1] ?? "";
    const before = set.score(member);
    if (!isWanted(flags, before, score)) continue;
    set.set(member, score);
    if (before === undefined) added += 1;
    else if (before !== score) changed += 1;
  }
  return flags.has("CH") ? added + changed : added;
}

function isWanted(flags: ReadonlySet<string>, before: number | undefined, score: number): boolean {
  if (before === undefined) return !flags.has("XX");
  return !(flags.has("NX") || (flags.has("GT") && score <= before) || (flags.has("LT") && score >= before));
}

function increase(db: Keyspace, [key = "", amount = "", member = ""]: readonly string[]): Raw {
  const by = parseScore(amount);
  const sum = (db.sorted(key)?.score(member) ?? 0) + by;
  if (Number.isNaN(sum)) throw new CommandError("ERR resulting score is not a number (NaN)");
  db.sortedToWrite(key).set(member, sum);
  return formatScore(sum);
}

function remove(db: Keyspace, [key = "", ...members]: readonly string[]): Raw {
  const set = db.sorted(key);
  const removed = members.filter((member) => set?.delete(member)).length;
  db.dropIfEmpty(key);
  return removed;
}

function removeSpan(db: Keyspace, key: string, span: (set: SortedSet) => Span): Raw {
  const set = db.sorted(key);
  const found = (set ?? EMPTY).slice(...span(set ?? EMPTY));
  for (const { member } of found) set?.delete(member);
  db.dropIfEmpty(key);
  return found.length;
}

const listed = (found: readonly Scored[], withScores: boolean): Raw =>
  found.flatMap(({ member, score }) => (withScores ? [member, formatScore(score)] : [member]));

function scoreOf(db: Keyspace, key: string, member: string): Raw {
  const score = db.sorted(key)?.score(member);
  return score === undefined ? null : formatScore(score);
}

/** ZRANGE with all its options; ZRANGEBYSCORE is the same with BYSCORE implied. */
function range(db: Keyspace, args: readonly string[], implied: Partial<RangeQuery> = {}): Raw {
  const [key = "", start = "", stop = "", ...options] = args;
  const query: RangeQuery = { kind: "index", start, stop, reverse: false, limit: null, ...implied };
  const fixed = implied.kind !== undefined;
  let withScores = false;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase();
    const [offset, count] = [options[i + 1], options[i + 2]];
    if (option === "WITHSCORES") withScores = true;
    else if (option === "LIMIT" && offset !== undefined && count !== undefined) {
      query.limit = { offset: parseIndex(offset), count: parseIndex(count) };
      i += 2;
    } else if (option === "BYSCORE" && !fixed) query.kind = "score";
    else if (option === "BYLEX" && !fixed) query.kind = "lex";
    else if (option === "REV" && !fixed) query.reverse = true;
    else throw syntaxError();
  }
  if (query.limit && query.kind === "index") {
    throw new CommandError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (withScores && query.kind === "lex") {
    throw new CommandError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
  const set = db.sorted(key) ?? EMPTY;
  return listed(membersIn(set, query), withScores);
}

function count(db: Keyspace, [key = "", min = "", max = ""]: readonly string[]): Raw {
  const [from, to] = scoreSpan(db.sorted(key) ?? EMPTY, min, max);
  return to - from;
}

function rank(db: Keyspace, [key = "", member = ""]: readonly string[]): Raw {
  const set = db.sorted(key);
  const score = set?.score(member);
  if (!set || score === undefined) return null;
  return set.rankOf((entry) => entry.score > score || (entry.score === score && entry.member >= member));
}

function takeLowest(db: Keyspace, [key = "", wanted = "1", ...more]: readonly string[]): Raw {
  if (more.length > 0) throw syntaxError();
  const count = parseIndex(wanted);
  if (count < 0) throw new CommandError("ERR value is out of range, must be positive");
  const set = db.sorted(key);
  const found = (set ?? EMPTY).slice(0, count);
  for (const { member } of found) set?.delete(member);
  db.dropIfEmpty(key);
  return listed(found, true);
}

export const sortedCommands: CommandTable = {
  ZADD: writing(-3, add),
  ZINCRBY: writing(3, increase),
  ZPOPMIN: writing(-1, takeLowest),
  ZREM: writing(-2, remove),
  ZSCORE: reading(2, (db, [key = "", member = ""]) => scoreOf(db, key, member)),
  ZMSCORE: reading(-2, (db, [key = "", ...members]) => members.map((member) => scoreOf(db, key, member))),
  ZCARD: reading(1, (db, [key = ""]) => db.sorted(key)?.size ?? 0),
  ZRANK: reading(2, rank),
  ZCOUNT: reading(3, count),
  ZRANGE: reading(-3, (db, args) => range(db, args)),
  ZRANGEBYSCORE: reading(-3, (db, args) => range(db, args, { kind: "score" })),
  ZREVRANGEBYSCORE: reading(-3, (db, args) => range(db, args, { kind: "score", reverse: true })),
  ZREMRANGEBYRANK: writing(3, (db, [key = "", start = "", stop = ""]) =>
    removeSpan(db, key, (set) => indexSpan(set.size, start, stop)),
  ),
  ZREMRANGEBYSCORE: writing(3, (db, [key = "", min = "", max = ""]) =>
    removeSpan(db, key, (set) => scoreSpan(set, min, max)),
  ),
};

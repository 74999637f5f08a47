/** What applies to a key of any type: existence, expiry, iteration. */
import { globToRegExp, parseScan, scanWindow } from "./glob.ts";
import { type CommandTable, type Keyspace, reading, writing } from "./keyspace.ts";
import { CommandError, fitsInt64, OK, parseInteger, type Raw, syntaxError } from "./values.ts";

const countKeys = (keys: readonly string[], test: (key: string) => boolean) => keys.filter(test).length;

const CONDITIONS = ["NX", "XX", "GT", "LT"];

function expire(
  db: Keyspace,
  command: string,
  unitMs: bigint,
  [key = "", amount = "", ...rest]: readonly string[],
): Raw {
  const after = parseInteger(amount) * unitMs;
  const at = after + BigInt(db.now());
  if (!fitsInt64(at)) throw new CommandError(`ERR invalid expire time in '${command}' command`);
  const conditions = rest.map((option) => option.toUpperCase());
  for (const [i, condition] of conditions.entries()) {
    if (!CONDITIONS.includes(condition)) throw new CommandError(`ERR Unsupported option ${rest[i]}`);
  }
  const has = (condition: string) => conditions.includes(condition);
  if (has("NX") && conditions.some((condition) => condition !== "NX")) {
    throw new CommandError("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (has("GT") && has("LT")) throw new CommandError("ERR GT and LT options at the same time are not compatible");
  const entry = db.find(key);
  if (!entry) return 0;
  const current = entry.expiresAt ?? Infinity;
  if ((has("NX") && entry.expiresAt !== null) || (has("XX") && entry.expiresAt === null)) return 0;
  if ((has("GT") && Number(at) <= current) || (has("LT") && Number(at) >= current)) return 0;
  if (after <= 0n) db.drop(key);
  else entry.expiresAt = Number(at);
  return 1;
}

function remainingMs(db: Keyspace, key: string): number {
  const entry = db.find(key);
  if (!entry) return -2;
  return entry.expiresAt === null ? -1 : entry.expiresAt - db.now();
}

function remainingSeconds(db: Keyspace, key: string): number {
  const ms = remainingMs(db, key);
  return ms < 0 ? ms : Math.floor((ms + 500) / 1000);
}

function persist(db: Keyspace, key: string): Raw {
  const entry = db.find(key);
  if (!entry || entry.expiresAt === null) return 0;
  entry.expiresAt = null;
  return 1;
}

function scan(db: Keyspace, args: readonly string[]): Raw {
  const options = parseScan(args, true);
  const keys = db.keys();
  const { next, found } = scanWindow(keys, keys.length, options);
  return [next, options.type === null ? found : found.filter((key) => db.find(key)?.type === options.type)];
}

function keysMatching(db: Keyspace, pattern: string): Raw {
  const match = globToRegExp(pattern);
  return db.keys().filter((key) => match.test(key));
}

function clear(db: Keyspace, [mode = "SYNC", ...more]: readonly string[]): Raw {
  if (more.length > 0 || !["SYNC", "ASYNC"].includes(mode.toUpperCase())) throw syntaxError();
  db.clear();
  return OK;
}

export const keyCommands: CommandTable = {
  DEL: writing(-1, (db, keys) => countKeys(keys, (key) => db.drop(key))),
  UNLINK: writing(-1, (db, keys) => countKeys(keys, (key) => db.drop(key))),
  EXISTS: reading(-1, (db, keys) => countKeys(keys, (key) => db.find(key) !== undefined)),
  EXPIRE: writing(-2, (db, args) => expire(db, "expire", 1000n, args)),
  PEXPIRE: writing(-2, (db, args) => expire(db, "pexpire", 1n, args)),
  PERSIST: writing(1, (db, [key = ""]) => persist(db, key)),
  PTTL: reading(1, (db, [key = ""]) => remainingMs(db, key)),
  TTL: reading(1, (db, [key = ""]) => remainingSeconds(db, key)),
  TYPE: reading(1, (db, [key = ""]) => ({ status: db.find(key)?.type ?? "none" })),
  SCAN: reading(-1, scan),
  KEYS: reading(1, (db, [pattern = ""]) => keysMatching(db, pattern)),
  DBSIZE: reading(0, (db) => db.keys().length),
  FLUSHALL: writing(null, clear),
  FLUSHDB: writing(null, clear),
};

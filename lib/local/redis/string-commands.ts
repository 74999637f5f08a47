/** Strings and counters. */
import { type CommandTable, type Keyspace, reading, writing } from "./keyspace.ts";
import { CommandError, fitsInt64, OK, parseInteger, type Raw, syntaxError } from "./values.ts";

const EXPIRY_UNITS: Readonly<Record<string, { ms: bigint; absolute: boolean }>> = {
  EX: { ms: 1000n, absolute: false },
  PX: { ms: 1n, absolute: false },
  EXAT: { ms: 1000n, absolute: true },
  PXAT: { ms: 1n, absolute: true },
};

interface SetOptions {
  condition: "NX" | "XX" | null;
  keepTtl: boolean;
  returnOld: boolean;
  expiresAt: number | null;
}

function parseSet(db: Keyspace, options: readonly string[]): SetOptions {
  const parsed: SetOptions = { condition: null, keepTtl: false, returnOld: false, expiresAt: null };
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase() ?? "";
    const unit = EXPIRY_UNITS[option];
    if ((option === "NX" || option === "XX") && (parsed.condition ?? option) === option) parsed.condition = option;
    else if (option === "GET") parsed.returnOld = true;
    else if (option === "KEEPTTL" && parsed.expiresAt === null) parsed.keepTtl = true;
    else if (unit && parsed.expiresAt === null && !parsed.keepTtl) {
      i += 1;
      const amount = options[i];
      if (amount === undefined) throw syntaxError();
      parsed.expiresAt = expiryFrom(db, "set", parseInteger(amount), unit);
    } else throw syntaxError();
  }
  return parsed;
}

function expiryFrom(db: Keyspace, command: string, amount: bigint, unit: { ms: bigint; absolute: boolean }): number {
  const at = amount * unit.ms + (unit.absolute ? 0n : BigInt(db.now()));
  if (amount <= 0n || !fitsInt64(at)) throw new CommandError(`ERR invalid expire time in '${command}' command`);
  return Number(at);
}

function set(db: Keyspace, [key = "", value = "", ...rest]: readonly string[]): Raw {
  const options = parseSet(db, rest);
  const before = db.find(key);
  const old = options.returnOld ? (db.string(key) ?? null) : null;
  const refused = options.condition === "NX" ? before !== undefined : options.condition === "XX" && !before;
  if (refused) return options.returnOld ? old : null;
  db.putString(key, value, options.keepTtl ? (before?.expiresAt ?? null) : options.expiresAt);
  return options.returnOld ? old : OK;
}

function add(db: Keyspace, key: string, amount: bigint): Raw {
  const sum = parseInteger(db.string(key) ?? "0") + amount;
  if (!fitsInt64(sum)) throw new CommandError("ERR increment or decrement would overflow");
  db.putString(key, String(sum), db.find(key)?.expiresAt ?? null);
  return Number(sum);
}

function setMany(db: Keyspace, args: readonly string[]): Raw {
  if (args.length % 2 !== 0) throw new CommandError("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2) db.putString(args[i] ?? "", args[i + 1] ?? "", null);
  return OK;
}

function takeString(db: Keyspace, key: string): Raw {
  const value = db.string(key) ?? null;
  db.drop(key);
  return value;
}

export const stringCommands: CommandTable = {
  GET: reading(1, (db, [key = ""]) => db.string(key) ?? null),
  GETDEL: writing(1, (db, [key = ""]) => takeString(db, key)),
  STRLEN: reading(1, (db, [key = ""]) => db.string(key)?.length ?? 0),
  SET: writing(-2, set),
  SETNX: writing(2, (db, [key = "", value = ""]) => (set(db, [key, value, "NX"]) === null ? 0 : 1)),
  INCR: writing(1, (db, [key = ""]) => add(db, key, 1n)),
  DECR: writing(1, (db, [key = ""]) => add(db, key, -1n)),
  INCRBY: writing(2, (db, [key = "", amount = ""]) => add(db, key, parseInteger(amount))),
  DECRBY: writing(2, (db, [key = "", amount = ""]) => add(db, key, -parseInteger(amount))),
  MGET: reading(-1, (db, keys) =>
    keys.map((key) => {
      const entry = db.find(key);
      return entry?.type === "string" ? entry.value : null;
    }),
  ),
  MSET: writing(-2, setMany),
};

/** Hashes. */
import { parseScan, scanWindow } from "./glob.ts";
import { type CommandTable, type Keyspace, reading, writing } from "./keyspace.ts";
import { CommandError, fitsInt64, parseInteger, type Raw } from "./values.ts";

function setFields(db: Keyspace, [key = "", ...pairs]: readonly string[]): Raw {
  if (pairs.length % 2 !== 0) throw new CommandError("ERR wrong number of arguments for 'hset' command");
  const hash = db.hashToWrite(key);
  const before = hash.size;
  for (let i = 0; i < pairs.length; i += 2) hash.set(pairs[i] ?? "", pairs[i + 1] ?? "");
  return hash.size - before;
}

function deleteFields(db: Keyspace, [key = "", ...fields]: readonly string[]): Raw {
  const hash = db.hash(key);
  const deleted = fields.filter((field) => hash?.delete(field)).length;
  db.dropIfEmpty(key);
  return deleted;
}

function addToField(db: Keyspace, [key = "", field = "", amount = ""]: readonly string[]): Raw {
  const by = parseInteger(amount);
  const current = db.hash(key)?.get(field) ?? "0";
  if (!/^(0|-?[1-9]\d{0,18})$/.test(current)) throw new CommandError("ERR hash value is not an integer");
  const sum = BigInt(current) + by;
  if (!fitsInt64(sum)) throw new CommandError("ERR increment or decrement would overflow");
  db.hashToWrite(key).set(field, String(sum));
  return Number(sum);
}

function setFieldIfNew(db: Keyspace, [key = "", field = "", value = ""]: readonly string[]): Raw {
  if (db.hash(key)?.has(field)) return 0;
  db.hashToWrite(key).set(field, value);
  return 1;
}

function scanFields(db: Keyspace, [key = "", ...rest]: readonly string[]): Raw {
  const options = parseScan(rest, false);
  const hash = db.hash(key) ?? new Map<string, string>();
  const { next, found } = scanWindow(hash.keys(), hash.size, options);
  return [next, found.flatMap((field) => [field, hash.get(field) ?? ""])];
}

export const hashCommands: CommandTable = {
  HSET: writing(-3, setFields),
  HSETNX: writing(3, setFieldIfNew),
  HGET: reading(2, (db, [key = "", field = ""]) => db.hash(key)?.get(field) ?? null),
  HMGET: reading(-2, (db, [key = "", ...fields]) => {
    const hash = db.hash(key);
    return fields.map((field) => hash?.get(field) ?? null);
  }),
  HGETALL: reading(1, (db, [key = ""]) => [...(db.hash(key) ?? [])].flat()),
  HDEL: writing(-2, deleteFields),
  HLEN: reading(1, (db, [key = ""]) => db.hash(key)?.size ?? 0),
  HEXISTS: reading(2, (db, [key = "", field = ""]) => (db.hash(key)?.has(field) ? 1 : 0)),
  HINCRBY: writing(3, addToField),
  HKEYS: reading(1, (db, [key = ""]) => [...(db.hash(key)?.keys() ?? [])]),
  HVALS: reading(1, (db, [key = ""]) => [...(db.hash(key)?.values() ?? [])]),
  HSCAN: reading(-2, scanFields),
};

/** Unordered sets. */
import { type CommandTable, type Keyspace, reading, writing } from "./keyspace.ts";
import type { Raw } from "./values.ts";

function addMembers(db: Keyspace, [key = "", ...members]: readonly string[]): Raw {
  const held = db.membersToWrite(key);
  const before = held.size;
  for (const member of members) held.add(member);
  return held.size - before;
}

function removeMembers(db: Keyspace, [key = "", ...members]: readonly string[]): Raw {
  const held = db.members(key);
  const removed = members.filter((member) => held?.delete(member)).length;
  db.dropIfEmpty(key);
  return removed;
}

export const setCommands: CommandTable = {
  SADD: writing(-2, addMembers),
  SREM: writing(-2, removeMembers),
  SMEMBERS: reading(1, (db, [key = ""]) => [...(db.members(key) ?? [])]),
  SISMEMBER: reading(2, (db, [key = "", member = ""]) => (db.members(key)?.has(member) ? 1 : 0)),
  SCARD: reading(1, (db, [key = ""]) => db.members(key)?.size ?? 0),
};

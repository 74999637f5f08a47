/** Commands about the server itself. */
import { type CommandTable, type Keyspace, reading } from "./keyspace.ts";
import { CommandError, type Raw } from "./values.ts";

function ping([message, ...more]: readonly string[]): Raw {
  if (more.length > 0) throw new CommandError("ERR wrong number of arguments for 'ping' command");
  return message ?? { status: "PONG" };
}

const time = (db: Keyspace): Raw => [String(Math.floor(db.now() / 1000)), String((db.now() % 1000) * 1000)];

export const serverCommands: CommandTable = {
  PING: reading(null, (_db, args) => ping(args)),
  ECHO: reading(1, (_db, [message = ""]) => message),
  TIME: reading(0, time),
  INFO: reading(
    null,
    (db) =>
      `# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n# Keyspace\r\ndb0:keys=${db.keys().length}\r\n`,
  ),
};

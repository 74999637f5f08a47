/**
 * Redis in this process, for development and tests: the commands the project uses, each atomic because nothing here
 * waits. Nothing survives the process. A command it lacks is an error that names it, never a silent wrong result.
 */
import type { RedisBackend } from "./backend.ts";
import { hashCommands } from "./hash-commands.ts";
import { keyCommands } from "./key-commands.ts";
import { acceptsCount, type Command, type CommandTable, Keyspace, reading, writing } from "./keyspace.ts";
import { createScripts } from "./lua.ts";
import { scriptCommands } from "./script-commands.ts";
import { serverCommands } from "./server-commands.ts";
import { setCommands } from "./set-commands.ts";
import { sortedCommands } from "./sorted-commands.ts";
import { stringCommands } from "./string-commands.ts";
import { CommandError, type Raw, toBytes, toReply } from "./values.ts";

export function createEngine({ now }: { now: () => number }): RedisBackend {
  const db = new Keyspace(now);
  let billed = 0;
  const scripts = scriptCommands(createScripts(), callFromScript);
  const scripted: CommandTable = {
    EVAL: writing(-2, (_db, args) => scripts.evaluate(args, false)),
    EVAL_RO: reading(-2, (_db, args) => scripts.evaluate(args, true)),
    EVALSHA: writing(-2, (_db, args) => scripts.evaluateSha(args, false)),
    EVALSHA_RO: reading(-2, (_db, args) => scripts.evaluateSha(args, true)),
    SCRIPT: reading(-1, (_db, args) => scripts.manage(args)),
  };
  const commands = new Map<string, Command>(
    [serverCommands, stringCommands, keyCommands, hashCommands, setCommands, sortedCommands, scripted].flatMap(
      (table) => Object.entries(table),
    ),
  );

  function find([name = "", ...args]: readonly string[]): Command {
    const command = commands.get(name.toUpperCase());
    if (!command) throw new CommandError(unknownText(name, args));
    if (acceptsCount(command, args.length)) return command;
    throw new CommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  }

  function run(line: readonly string[], allowed: (command: Command) => void = () => {}): Raw {
    try {
      const command = find(line);
      allowed(command);
      billed += 1;
      return db.atOneTime(() => command.run(db, line.slice(1)));
    } catch (error) {
      if (error instanceof CommandError) return { error: error.message };
      throw error;
    }
  }

  function callFromScript(line: readonly string[], readOnly: boolean): Raw {
    return run(line, (command) => {
      if (Object.values(scripted).includes(command)) {
        throw new CommandError("ERR This Redis command is not allowed from script");
      }
      if (readOnly && command.writes) {
        throw new CommandError("ERR Write commands are not allowed from read-only scripts.");
      }
    });
  }

  function transact(lines: readonly (readonly string[])[]): Raw {
    try {
      for (const line of lines) find(line);
    } catch {
      return { error: "EXECABORT Transaction discarded because of previous errors." };
    }
    return db.atOneTime(() => lines.map((line) => run(line)));
  }

  return {
    durable: false,
    command: async (args) => toReply(run(args.map(toBytes))),
    transaction: async (lines) => toReply(transact(lines.map((args) => args.map(toBytes)))),
    billedCommands: async () => billed,
    close: async () => {},
  };
}

/** Redis shows the first arguments too, up to 128 characters. */
function unknownText(name: string, args: readonly string[]): string {
  let shown = "";
  for (const arg of args) if (shown.length < 128) shown += `'${arg.slice(0, 128 - shown.length)}' `;
  return `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`;
}

/** EVAL and its kin, over what the engine lends a script. */
import type { Scripts } from "./lua.ts";
import { CommandError, OK, parseIndex, type Raw } from "./values.ts";

interface ScriptCommands {
  evaluate(args: readonly string[], readOnly: boolean): Raw;
  evaluateSha(args: readonly string[], readOnly: boolean): Raw;
  manage(args: readonly string[]): Raw;
}

/** `call` runs one command on behalf of a script, and refuses writes when told to. */
export function scriptCommands(
  scripts: Scripts,
  call: (args: readonly string[], readOnly: boolean) => Raw,
): ScriptCommands {
  function run(sha: string, [countText = "", ...rest]: readonly string[], readOnly: boolean): Raw {
    const count = parseIndex(countText);
    if (count < 0) throw new CommandError("ERR Number of keys can't be negative");
    if (count > rest.length) throw new CommandError("ERR Number of keys can't be greater than number of args");
    return scripts.run(sha, rest.slice(0, count), rest.slice(count), (args) => call(args, readOnly));
  }
  return {
    evaluate: ([text = "", ...rest], readOnly) => run(scripts.load(text), rest, readOnly),
    evaluateSha: ([sha = "", ...rest], readOnly) => run(sha, rest, readOnly),
    manage: ([subcommand = "", ...rest]) => manage(scripts, subcommand, rest),
  };
}

function manage(scripts: Scripts, subcommand: string, rest: readonly string[]): Raw {
  switch (subcommand.toUpperCase()) {
    case "LOAD":
      if (rest[0] === undefined || rest.length > 1) throw arity("load");
      return scripts.load(rest[0]);
    case "EXISTS":
      if (rest.length === 0) throw arity("exists");
      return rest.map((sha) => (scripts.exists(sha) ? 1 : 0));
    case "FLUSH":
      scripts.flush();
      return OK;
    default:
      throw new CommandError(`ERR unknown subcommand '${subcommand}'. Try SCRIPT HELP.`);
  }
}

const arity = (name: string) => new CommandError(`ERR wrong number of arguments for 'script|${name}' command`);

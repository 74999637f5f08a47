/** Redis scripts on one fengari machine. Compiled chunks are kept by the SHA-1 of the text as it was sent. */
import "./lua-number.ts";
import fengari, { type LuaState } from "fengari";
import { createMachine, type ScriptCall, sha1 } from "./lua-machine.ts";
import { prepareSource } from "./lua-source.ts";
import { fieldAt, luaString, pushField, pushList, pushString, rawAt, textAt } from "./lua-values.ts";
import { CommandError, type Raw } from "./values.ts";

const { lua, lauxlib } = fengari;

export interface Scripts {
  /** Compiles and keeps the script; throws CommandError when it does not compile. */
  load(text: string): string;
  exists(sha: string): boolean;
  flush(): void;
  /** The script's result, or `{ error }` when it failed; throws CommandError NOSCRIPT when it is unknown. */
  run(sha: string, keys: readonly string[], args: readonly string[], call: ScriptCall): Raw;
}

export function createScripts(): Scripts {
  const chunks = new Map<string, number>();
  let call: ScriptCall = () => ({ error: "ERR no script is running" });
  const state = createMachine((args) => call(args));

  function compile(text: string): number {
    const prepared = prepareSource(text);
    if (prepared.kind === "refused") throw compileError(prepared.reason);
    const source = luaString(prepared.source);
    const status = lauxlib.luaL_loadbufferx(state, source, source.length, luaString("@user_script"), luaString("t"));
    if (status !== lua.LUA_OK) {
      const reason = textAt(state, -1);
      lua.lua_settop(state, 0);
      throw compileError(reason);
    }
    lua.lua_getfield(state, lua.LUA_REGISTRYINDEX, luaString("protected"));
    lua.lua_setupvalue(state, -2, 1);
    return lauxlib.luaL_ref(state, lua.LUA_REGISTRYINDEX);
  }

  return {
    load(text) {
      const sha = sha1(text);
      if (!chunks.has(sha)) chunks.set(sha, compile(text));
      return sha;
    },
    exists: (sha) => chunks.has(sha.toLowerCase()),
    flush() {
      for (const reference of chunks.values()) lauxlib.luaL_unref(state, lua.LUA_REGISTRYINDEX, reference);
      chunks.clear();
    },
    run(sha, keys, args, scriptCall) {
      const reference = chunks.get(sha.toLowerCase());
      if (reference === undefined) throw new CommandError("NOSCRIPT No matching script. Please use EVAL.");
      call = scriptCall;
      pushList(state, [...keys]);
      lua.lua_setglobal(state, luaString("KEYS"));
      pushList(state, [...args]);
      lua.lua_setglobal(state, luaString("ARGV"));
      lua.lua_pushcfunction(state, describeError);
      lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, reference);
      const status = lua.lua_pcall(state, 0, 1, 1);
      const result = status === lua.LUA_OK ? rawAt(state, -1) : { error: failure(state, sha.toLowerCase()) };
      lua.lua_settop(state, 0);
      return result;
    },
  };
}

const compileError = (reason: string) => new CommandError(`ERR Error compiling script (new function): ${reason}`);

function failure(state: LuaState, sha: string): string {
  if (lua.lua_type(state, -1) !== lua.LUA_TTABLE) return `ERR ${textAt(state, -1)} script: ${sha}.`;
  const line = fieldAt(state, -1, "line");
  const place = line === null ? "" : `, on @user_script:${line}`;
  return `${fieldAt(state, -1, "err") ?? "ERR unknown error"} script: ${sha}${place}.`;
}

/** Message handler: makes a table of a plain message and notes the line that raised it. */
function describeError(state: LuaState): number {
  if (lua.lua_type(state, 1) !== lua.LUA_TTABLE) {
    pushField(state, "err", `ERR ${lua.lua_type(state, 1) === lua.LUA_TNIL ? "nil" : textAt(state, 1)}`);
    lua.lua_settop(state, 2);
  } else lua.lua_pushvalue(state, 1);
  for (const level of [1, 2, 3]) {
    lauxlib.luaL_where(state, level);
    const line = /^user_script:(\d+):/.exec(textAt(state, -1))?.[1];
    lua.lua_pop(state, 1);
    if (line === undefined) continue;
    pushString(state, line);
    lua.lua_setfield(state, -2, luaString("line"));
    break;
  }
  return 1;
}

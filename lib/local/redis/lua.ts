/** Redis scripts on one fengari machine. Compiled chunks are kept by the SHA-1 of the text as it was sent. */
import { createHash } from "node:crypto";
import "./lua-number.ts";
import fengari, { type LuaFunction, type LuaState } from "fengari";
import { PRELUDE } from "./lua-prelude.ts";
import { prepareSource } from "./lua-source.ts";
import {
  commandArgs,
  fieldAt,
  luaString,
  pushField,
  pushList,
  pushRaw,
  pushString,
  rawAt,
  textAt,
} from "./lua-values.ts";
import { CommandError, type Raw } from "./values.ts";

const { lua, lauxlib, lualib } = fengari;

/** Runs one command for a script; a command error comes back as `{ error }`. */
export type ScriptCall = (args: readonly string[]) => Raw;

export interface Scripts {
  /** Compiles and keeps the script; throws CommandError when it does not compile. */
  load(text: string): string;
  exists(sha: string): boolean;
  flush(): void;
  /** The script's result, or `{ error }` when it failed; throws CommandError NOSCRIPT when it is unknown. */
  run(sha: string, keys: readonly string[], args: readonly string[], call: ScriptCall): Raw;
}

export const sha1 = (bytes: string) => createHash("sha1").update(bytes, "latin1").digest("hex");

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
    pushField(state, "err", `ERR ${textAt(state, 1)}`);
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

function createMachine(call: ScriptCall): LuaState {
  const state = lauxlib.luaL_newstate();
  const libraries = {
    _G: lualib.luaopen_base,
    coroutine: lualib.luaopen_coroutine,
    table: lualib.luaopen_table,
    string: lualib.luaopen_string,
    math: lualib.luaopen_math,
  };
  for (const [name, open] of Object.entries(libraries)) lauxlib.luaL_requiref(state, luaString(name), open, 1);
  lua.lua_settop(state, 0);
  setFunctions(state, redisFunctions(call));
  lua.lua_setglobal(state, luaString("redis"));
  lua.lua_pushcfunction(state, (s) => {
    lua.lua_pushnumber(s, process.cpuUsage().user / 1e6);
    return 1;
  });
  lua.lua_setglobal(state, luaString("clock"));
  const prelude = luaString(PRELUDE);
  lauxlib.luaL_loadbufferx(state, prelude, prelude.length, luaString("@prelude"), luaString("t"));
  if (lua.lua_pcall(state, 0, 0, 0) !== lua.LUA_OK) throw new Error(`Lua prelude failed: ${textAt(state, -1)}`);
  lua.lua_getglobal(state, luaString("protected"));
  lua.lua_setfield(state, lua.LUA_REGISTRYINDEX, luaString("protected"));
  return state;
}

function setFunctions(state: LuaState, functions: Readonly<Record<string, LuaFunction>>): void {
  lua.lua_createtable(state, 0, Object.keys(functions).length);
  for (const [name, run] of Object.entries(functions)) {
    lua.lua_pushcfunction(state, run);
    lua.lua_setfield(state, -2, luaString(name));
  }
}

function redisFunctions(call: ScriptCall): Readonly<Record<string, LuaFunction>> {
  const answer = (state: LuaState): Raw => {
    const args = commandArgs(state);
    if (args === null) return { error: "ERR Lua redis lib command arguments must be strings or integers" };
    if (args.length === 0) return { error: "ERR Please specify at least one argument for this redis lib call" };
    return call(args);
  };
  return {
    call(state) {
      const raw = answer(state);
      pushRaw(state, raw);
      return isError(raw) ? lua.lua_error(state) : 1;
    },
    pcall(state) {
      pushRaw(state, answer(state));
      return 1;
    },
    sha1hex(state) {
      pushString(state, sha1(textAt(state, 1)));
      return 1;
    },
    status_reply(state) {
      pushField(state, "ok", textAt(state, 1));
      return 1;
    },
    error_reply(state) {
      pushField(state, "err", asErrorText(textAt(state, 1)));
      return 1;
    },
    log: () => 0,
  };
}

const isError = (raw: Raw) => typeof raw === "object" && raw !== null && "error" in raw;

/** A text of one word has no code of its own. */
const asErrorText = (text: string) =>
  text.startsWith("-") ? text.slice(1) : text.includes(" ") ? text : `ERR ${text}`;

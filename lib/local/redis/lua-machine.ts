/** The one Lua machine scripts run on: libraries, the `redis` and `cjson` tables, the guard around globals. */
import { createHash } from "node:crypto";
import "./lua-number.ts";
import fengari, { type LuaFunction, type LuaState } from "fengari";
import { jsonFunctions, pushJsonNull } from "./lua-json.ts";
import { PRELUDE } from "./lua-prelude.ts";
import { commandArgs, luaString, pushField, pushRaw, pushString, textAt } from "./lua-values.ts";
import type { Raw } from "./values.ts";

const { lua, lauxlib, lualib } = fengari;

/** Runs one command for a script; a command error comes back as `{ error }`. */
export type ScriptCall = (args: readonly string[]) => Raw;

export const sha1 = (bytes: string) => createHash("sha1").update(bytes, "latin1").digest("hex");

/** Scripts find their globals in the registry's `protected`. */
export function createMachine(call: ScriptCall): LuaState {
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
  for (const [level, name] of ["LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"].entries()) {
    lua.lua_pushnumber(state, level);
    lua.lua_setfield(state, -2, luaString(name));
  }
  lua.lua_setglobal(state, luaString("redis"));
  setFunctions(state, jsonFunctions);
  pushJsonNull(state);
  lua.lua_setfield(state, -2, luaString("null"));
  lua.lua_setglobal(state, luaString("cjson"));
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
    // Always so since Redis 7.
    replicate_commands(state) {
      lua.lua_pushboolean(state, true);
      return 1;
    },
  };
}

const isError = (raw: Raw) => typeof raw === "object" && raw !== null && "error" in raw;

/** A text of one word has no code of its own. */
const asErrorText = (text: string) =>
  text.startsWith("-") ? text.slice(1) : text.includes(" ") ? text : `ERR ${text}`;

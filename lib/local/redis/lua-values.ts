/** Values across the border between the engine and the Lua machine. */
import "./lua-number.ts";
import fengari, { type LuaState } from "fengari";
import { formatNumber, type Raw } from "./values.ts";

const { lua } = fengari;

/** Deeper replies are refused, as a table that contains itself would never end. */
const DEPTH_MAX = 100;

export const luaString = (text: string): Uint8Array => Buffer.from(text, "latin1");

export function pushString(state: LuaState, text: string): void {
  const bytes = luaString(text);
  lua.lua_pushlstring(state, bytes, bytes.length);
}

export function textAt(state: LuaState, index: number): string {
  const bytes = lua.lua_tostring(state, index);
  return bytes === null ? "" : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function pushRaw(state: LuaState, raw: Raw): void {
  if (raw === null) lua.lua_pushboolean(state, false);
  else if (typeof raw === "number") lua.lua_pushnumber(state, raw);
  else if (typeof raw === "string") pushString(state, raw);
  else if (Array.isArray(raw)) pushList(state, raw);
  else if ("status" in raw) pushField(state, "ok", raw.status);
  else pushField(state, "err", raw.error);
}

export function pushList(state: LuaState, items: readonly Raw[]): void {
  lua.lua_checkstack(state, 4);
  lua.lua_createtable(state, items.length, 0);
  for (const [i, item] of items.entries()) {
    pushRaw(state, item);
    lua.lua_rawseti(state, -2, i + 1);
  }
}

export function pushField(state: LuaState, name: string, value: string): void {
  lua.lua_createtable(state, 0, 1);
  pushString(state, value);
  lua.lua_setfield(state, -2, luaString(name));
}

/** A string field of the table at `index`, or null. */
export function fieldAt(state: LuaState, index: number, name: string): string | null {
  const found = lua.lua_getfield(state, index, luaString(name)) === lua.LUA_TSTRING ? textAt(state, -1) : null;
  lua.lua_pop(state, 1);
  return found;
}

/** What a script's result is as a reply: floats are cut, true is 1, false is null, a list ends at its first nil. */
export function rawAt(state: LuaState, index: number, depth = 0): Raw {
  const type = lua.lua_type(state, index);
  if (type === lua.LUA_TSTRING) return textAt(state, index);
  if (type === lua.LUA_TNUMBER) return truncate(lua.lua_tonumber(state, index));
  if (type === lua.LUA_TBOOLEAN) return lua.lua_toboolean(state, index) ? 1 : null;
  if (type !== lua.LUA_TTABLE) return null;
  if (depth > DEPTH_MAX) return { error: "ERR reached lua stack limit" };
  lua.lua_checkstack(state, 4);
  const table = lua.lua_absindex(state, index);
  const error = fieldAt(state, table, "err");
  if (error !== null) return { error };
  const status = fieldAt(state, table, "ok");
  if (status !== null) return { status };
  const items: Raw[] = [];
  for (let i = 1; lua.lua_rawgeti(state, table, i) !== lua.LUA_TNIL; i++) {
    items.push(rawAt(state, -1, depth + 1));
    lua.lua_pop(state, 1);
  }
  lua.lua_pop(state, 1);
  return items;
}

const truncate = (value: number) => (Number.isNaN(value) ? -(2 ** 63) : Math.trunc(value) || 0);

/** The arguments of the function being called, as a command takes them; null when one is neither string nor number. */
export function commandArgs(state: LuaState): string[] | null {
  const args: string[] = [];
  for (let i = 1; i <= lua.lua_gettop(state); i++) {
    const type = lua.lua_type(state, i);
    if (type === lua.LUA_TNUMBER) args.push(formatNumber(lua.lua_tonumber(state, i), 17));
    else if (type === lua.LUA_TSTRING) args.push(textAt(state, i));
    else return null;
  }
  return args;
}

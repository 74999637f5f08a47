/** `cjson` for scripts: numbers with 14 digits, `/` escaped, an empty table is `{}`, null is a value of its own. */
import "./lua-number.ts";
import fengari, { type LuaFunction, type LuaState } from "fengari";
import { pushString, textAt } from "./lua-values.ts";
import { formatNumber, toBytes } from "./values.ts";

const { lua, lauxlib } = fengari;

const DEPTH_MAX = 100;
const NULL = { name: "cjson.null" };

export const pushJsonNull = (state: LuaState): void => lua.lua_pushlightuserdata(state, NULL);

function fail(state: LuaState, message: string): never {
  lauxlib.luaL_where(state, 1);
  pushString(state, textAt(state, -1) + message);
  return lua.lua_error(state);
}

export const jsonFunctions: Readonly<Record<string, LuaFunction>> = {
  encode(state) {
    pushString(state, encode(state, 1, 0));
    return 1;
  },
  decode(state) {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(textAt(state, 1), "latin1").toString("utf8"));
    } catch {
      return fail(state, "Expected value but found invalid token");
    }
    pushValue(state, value);
    return 1;
  },
};

function encode(state: LuaState, index: number, depth: number): string {
  const type = lua.lua_type(state, index);
  if (type === lua.LUA_TSTRING) return quote(textAt(state, index));
  if (type === lua.LUA_TBOOLEAN) return String(lua.lua_toboolean(state, index));
  if (type === lua.LUA_TNIL || lua.lua_touserdata(state, index) === NULL) return "null";
  if (type === lua.LUA_TNUMBER) {
    const value = lua.lua_tonumber(state, index);
    return Number.isFinite(value)
      ? formatNumber(value, 14)
      : fail(state, "Cannot serialise number: must not be NaN or Inf");
  }
  if (type !== lua.LUA_TTABLE) return fail(state, "Cannot serialise value: type not supported");
  if (depth > DEPTH_MAX) return fail(state, "Cannot serialise, excessive depth");
  return encodeTable(state, lua.lua_absindex(state, index), depth);
}

function encodeTable(state: LuaState, table: number, depth: number): string {
  lua.lua_checkstack(state, 8);
  const items: string[] = [];
  const fields: string[] = [];
  lua.lua_pushnil(state);
  while (lua.lua_next(state, table)) {
    const value = encode(state, -1, depth + 1);
    const numeric = lua.lua_type(state, -2) === lua.LUA_TNUMBER;
    const key = numeric ? lua.lua_tonumber(state, -2) : Number.NaN;
    if (Number.isInteger(key) && key > 0) items[key - 1] = value;
    fields.push(`${quote(numeric ? formatNumber(key, 14) : textAt(state, -2))}:${value}`);
    lua.lua_pop(state, 1);
  }
  const isList = items.length > 0 && fields.length === Object.keys(items).length;
  if (!isList) return `{${fields.join(",")}}`;
  if (items.length > 10 && items.length > 2 * fields.length)
    return fail(state, "Cannot serialise table: excessively sparse array");
  return `[${Array.from(items, (item) => item ?? "null").join(",")}]`;
}

const SHORT: Readonly<Record<string, string>> = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" };

function quote(text: string): string {
  const escaped = Array.from(text, (char) => {
    if (char === '"' || char === "\\" || char === "/") return `\\${char}`;
    if (char >= " " && char !== "\x7f") return char;
    return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

function pushValue(state: LuaState, value: unknown): void {
  lua.lua_checkstack(state, 4);
  if (typeof value === "string") pushString(state, toBytes(value));
  else if (typeof value === "number") lua.lua_pushnumber(state, value);
  else if (typeof value === "boolean") lua.lua_pushboolean(state, value);
  else if (value === null || typeof value !== "object") pushJsonNull(state);
  else {
    lua.lua_createtable(state, 0, 0);
    for (const [key, item] of Object.entries(value)) {
      if (Array.isArray(value)) lua.lua_pushnumber(state, Number(key) + 1);
      else pushString(state, toBytes(key));
      pushValue(state, item);
      lua.lua_settable(state, -3);
    }
  }
}

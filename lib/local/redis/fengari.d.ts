/** The part of fengari used here. A Lua string is a Uint8Array; a state is opaque. */
declare module "fengari" {
  export type LuaState = { readonly __luaState: unique symbol };
  export type LuaFunction = (state: LuaState) => number;
  export type LuaString = Uint8Array;

  const fengari: {
    lua: {
      LUA_OK: number;
      LUA_REGISTRYINDEX: number;
      LUA_TNIL: number;
      LUA_TBOOLEAN: number;
      LUA_TNUMBER: number;
      LUA_TSTRING: number;
      LUA_TTABLE: number;
      lua_absindex(state: LuaState, index: number): number;
      lua_checkstack(state: LuaState, count: number): boolean;
      lua_createtable(state: LuaState, items: number, fields: number): void;
      lua_error(state: LuaState): never;
      lua_getfield(state: LuaState, index: number, name: LuaString): number;
      lua_getglobal(state: LuaState, name: LuaString): number;
      lua_gettop(state: LuaState): number;
      lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
      lua_pop(state: LuaState, count: number): void;
      lua_pushboolean(state: LuaState, value: boolean): void;
      lua_pushcfunction(state: LuaState, run: LuaFunction): void;
      lua_pushlightuserdata(state: LuaState, value: object): void;
      lua_pushnil(state: LuaState): void;
      lua_pushnumber(state: LuaState, value: number): void;
      lua_pushlstring(state: LuaState, value: LuaString, length: number): void;
      lua_pushvalue(state: LuaState, index: number): void;
      lua_rawgeti(state: LuaState, index: number, at: number): number;
      lua_rawseti(state: LuaState, index: number, at: number): void;
      lua_setfield(state: LuaState, index: number, name: LuaString): void;
      lua_setglobal(state: LuaState, name: LuaString): void;
      lua_settable(state: LuaState, index: number): void;
      lua_settop(state: LuaState, index: number): void;
      lua_setupvalue(state: LuaState, index: number, at: number): LuaString | null;
      lua_next(state: LuaState, index: number): number;
      lua_toboolean(state: LuaState, index: number): boolean;
      lua_tonumber(state: LuaState, index: number): number;
      lua_tostring(state: LuaState, index: number): LuaString | null;
      lua_touserdata(state: LuaState, index: number): unknown;
      lua_type(state: LuaState, index: number): number;
    };
    lauxlib: {
      luaL_loadbufferx(state: LuaState, source: LuaString, length: number, name: LuaString, mode: LuaString): number;
      luaL_newstate(): LuaState;
      luaL_ref(state: LuaState, index: number): number;
      luaL_requiref(state: LuaState, name: LuaString, open: LuaFunction, global: number): void;
      luaL_unref(state: LuaState, index: number, reference: number): void;
      luaL_where(state: LuaState, level: number): void;
    };
    lualib: {
      luaopen_base: LuaFunction;
      luaopen_coroutine: LuaFunction;
      luaopen_table: LuaFunction;
      luaopen_string: LuaFunction;
      luaopen_math: LuaFunction;
    };
  };
  export default fengari;
}

declare module "fengari/src/luaconf.js" {
  const luaconf: { LUA_COMPAT_FLOATSTRING: boolean; lua_number2str(value: number): string };
  export default luaconf;
}

declare module "fengari/src/defs.js";

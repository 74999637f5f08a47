/** Loads fengari so that numbers print as in Lua 5.1; must be evaluated before anything else loads fengari. */
import "fengari/src/defs.js";
import luaconf from "fengari/src/luaconf.js";
import { formatNumber } from "./values.ts";

process.env.FENGARICONF ??= '{"LUA_COMPAT_FLOATSTRING":true}';

/** `defs` comes before `luaconf`, which it needs half loaded. fengari's other modules copy these when they load; this file is imported first for that reason. */
luaconf.LUA_COMPAT_FLOATSTRING = true;
luaconf.lua_number2str = (value) => formatNumber(value, 14);

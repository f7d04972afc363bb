/** The part of fengari (Lua's C API in JavaScript, without types of its own) that this folder uses. */
declare module "fengari" {
  /** A Lua state; opaque. */
  export interface State {
    readonly l_G: unknown;
  }
  export type LuaFunction = (L: State) => number;
  export function to_luastring(text: string): Uint8Array;
  export const lua: {
    LUA_OK: number;
    LUA_REGISTRYINDEX: number;
    LUA_MASKCOUNT: number;
    LUA_TNIL: number;
    LUA_TBOOLEAN: number;
    LUA_TNUMBER: number;
    LUA_TSTRING: number;
    LUA_TTABLE: number;
    lua_pop(L: State, n: number): void;
    lua_settop(L: State, index: number): void;
    lua_gettop(L: State): number;
    lua_absindex(L: State, index: number): number;
    lua_checkstack(L: State, n: number): boolean;
    lua_type(L: State, index: number): number;
    lua_pushnil(L: State): void;
    lua_pushboolean(L: State, value: boolean): void;
    lua_pushnumber(L: State, value: number): void;
    lua_pushlstring(L: State, bytes: Uint8Array, length: number): void;
    lua_pushlightuserdata(L: State, value: object): void;
    lua_pushcfunction(L: State, f: LuaFunction): void;
    lua_pushvalue(L: State, index: number): void;
    lua_toboolean(L: State, index: number): boolean;
    lua_tonumber(L: State, index: number): number;
    lua_tolstring(L: State, index: number): Uint8Array | null;
    lua_touserdata(L: State, index: number): unknown;
    lua_createtable(L: State, arraySize: number, fieldCount: number): void;
    lua_setfield(L: State, index: number, key: Uint8Array): void;
    lua_getfield(L: State, index: number, key: Uint8Array): number;
    lua_rawseti(L: State, index: number, n: number): void;
    lua_rawgeti(L: State, index: number, n: number): number;
    lua_rawset(L: State, index: number): void;
    lua_next(L: State, index: number): number;
    lua_pcall(L: State, argumentCount: number, resultCount: number, handler: number): number;
    lua_error(L: State): never;
    lua_sethook(L: State, hook: LuaFunction | null, mask: number, count: number): void;
    lua_setglobal(L: State, name: Uint8Array): void;
  };
  export const lauxlib: {
    luaL_newstate(): State;
    luaL_requiref(L: State, name: Uint8Array, open: LuaFunction, global: boolean): void;
    luaL_loadbuffer(L: State, source: Uint8Array, length: number, name: Uint8Array): number;
    luaL_ref(L: State, table: number): number;
    luaL_unref(L: State, table: number, reference: number): void;
    luaL_where(L: State, level: number): void;
    luaL_checknumber(L: State, index: number): number;
  };
  export const lualib: {
    luaopen_base: LuaFunction;
    luaopen_table: LuaFunction;
    luaopen_string: LuaFunction;
    luaopen_math: LuaFunction;
  };
  const fengari: { to_luastring: typeof to_luastring; lua: typeof lua; lauxlib: typeof lauxlib; lualib: typeof lualib };
  export default fengari;
}

/** How fengari reads numerals and writes numbers. */
declare module "fengari/src/lobject.js" {
  import type { State } from "fengari";
  interface Slot {
    value: number;
    setfltvalue(value: number): void;
  }
  const lobject: {
    luaO_str2num: (bytes: Uint8Array, into: Slot) => number;
    luaO_tostring: (L: State, slot: Slot & { setsvalue(text: unknown): void }) => void;
  };
  export default lobject;
}

declare module "fengari/src/lstring.js" {
  import type { State } from "fengari";
  const lstring: { luaS_bless(L: State, bytes: Uint8Array): unknown };
  export default lstring;
}

import fengari, { type State } from "fengari";
import { formatGeneral } from "./format-number.ts";
import { bytesAt, pushBytes, raise } from "./stack.ts";

const { lua } = fengari;
const maxDepth = 128;

/** What JSON's null is in Lua, where a table cannot hold nil. */
const jsonNull = {};

/** Pushes the table of `cjson`. */
export function pushCjson(L: State): void {
  lua.lua_createtable(L, 0, 3);
  const set = (name: string) => lua.lua_setfield(L, -2, fengari.to_luastring(name));
  lua.lua_pushcfunction(L, encode);
  set("encode");
  lua.lua_pushcfunction(L, decode);
  set("decode");
  lua.lua_pushlightuserdata(L, jsonNull);
  set("null");
}

class Unencodable extends Error {}

function encode(L: State): number {
  let text: string;
  try {
    text = valueText(L, 1, 0);
  } catch (error) {
    if (!(error instanceof Unencodable)) throw error;
    return raise(L, error.message, "text");
  }
  pushBytes(L, Buffer.from(text, "latin1"));
  return 1;
}

/** JSON of the value at `index`, as a byte string. */
function valueText(L: State, index: number, depth: number): string {
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TSTRING:
      return quoted(bytesAt(L, index).toString("latin1"));
    case lua.LUA_TNUMBER: {
      const value = lua.lua_tonumber(L, index);
      if (!Number.isFinite(value)) throw new Unencodable("Cannot serialise number: must not be NaN or Inf");
      return formatGeneral(value, 14);
    }
    case lua.LUA_TBOOLEAN:
      return String(lua.lua_toboolean(L, index));
    case lua.LUA_TNIL:
      return "null";
    case lua.LUA_TTABLE:
      return tableText(L, lua.lua_absindex(L, index), depth + 1);
    default:
      if (lua.lua_touserdata(L, index) === jsonNull) return "null";
      throw new Unencodable("Cannot serialise: type not supported");
  }
}

function tableText(L: State, table: number, depth: number): string {
  if (depth > maxDepth || !lua.lua_checkstack(L, 6)) throw new Unencodable("Cannot serialise, excessive depth");
  const length = arrayLength(L, table);
  if (length > 0) {
    const items: string[] = [];
    for (let i = 1; i <= length; i++) {
      lua.lua_rawgeti(L, table, i);
      items.push(valueText(L, -1, depth));
      lua.lua_pop(L, 1);
    }
    return `[${items.join(",")}]`;
  }
  const members: string[] = [];
  lua.lua_pushnil(L);
  while (lua.lua_next(L, table)) {
    const type = lua.lua_type(L, -2);
    if (type !== lua.LUA_TSTRING && type !== lua.LUA_TNUMBER) throw new Unencodable("Cannot serialise table: table key must be a number or string");
    const key = type === lua.LUA_TNUMBER ? formatGeneral(lua.lua_tonumber(L, -2), 14) : bytesAt(L, -2).toString("latin1");
    members.push(`${quoted(key)}:${valueText(L, -1, depth)}`);
    lua.lua_pop(L, 1);
  }
  return `{${members.join(",")}}`;
}

/** The highest index if every key is a whole number from 1 up, else 0; refuses an array that is mostly holes. */
function arrayLength(L: State, table: number): number {
  let highest = 0;
  let count = 0;
  lua.lua_pushnil(L);
  while (lua.lua_next(L, table)) {
    const key = lua.lua_type(L, -2) === lua.LUA_TNUMBER ? lua.lua_tonumber(L, -2) : 0;
    lua.lua_pop(L, 1);
    if (!(Number.isInteger(key) && key >= 1)) {
      lua.lua_pop(L, 1);
      return 0;
    }
    highest = Math.max(highest, key);
    count++;
  }
  if (highest > count * 2 && highest > 10) throw new Unencodable("Cannot serialise table: excessively sparse array");
  return highest;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
};

function quoted(text: string): string {
  const escaped = text.replaceAll(/["\\/\x00-\x1f\x7f]/g, (char) => shortEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${escaped}"`;
}

function decode(L: State): number {
  if (lua.lua_type(L, 1) !== lua.LUA_TSTRING && lua.lua_type(L, 1) !== lua.LUA_TNUMBER) {
    return raise(L, "bad argument #1 to 'decode' (string expected)", "text");
  }
  let value: unknown;
  try {
    value = JSON.parse(bytesAt(L, 1).toString("utf8"));
  } catch {
    return raise(L, "Expected value but found invalid token", "text");
  }
  if (!pushJson(L, value, 0)) return raise(L, "Found too many nested data structures", "text");
  return 1;
}

/** Pushes a parsed JSON value; false when it is nested too deeply. */
function pushJson(L: State, value: unknown, depth: number): boolean {
  if (value === null) lua.lua_pushlightuserdata(L, jsonNull);
  else if (typeof value === "string") pushBytes(L, Buffer.from(value, "utf8"));
  else if (typeof value === "number") lua.lua_pushnumber(L, value);
  else if (typeof value === "boolean") lua.lua_pushboolean(L, value);
  else {
    if (depth >= maxDepth || !lua.lua_checkstack(L, 6)) return false;
    const isArray = Array.isArray(value);
    lua.lua_createtable(L, 0, 0);
    for (const [key, item] of Object.entries(value as object)) {
      if (isArray) lua.lua_pushnumber(L, Number(key) + 1);
      else pushBytes(L, Buffer.from(key, "utf8"));
      if (!pushJson(L, item, depth + 1)) return false;
      lua.lua_rawset(L, -3);
    }
  }
  return true;
}

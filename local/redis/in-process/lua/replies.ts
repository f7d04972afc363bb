import fengari, { type State } from "fengari";
import { RedisError, type Reply } from "../../engine.ts";
import { bytesAt, luaName, pushBytes, pushField } from "./stack.ts";

const { lua } = fengari;
const maxDepth = 64;

/** Pushes a reply in the shape Redis gives it in Lua: nothing there is `false`, a status `{ok}`, a refusal `{err}`. */
export function pushReply(L: State, reply: Reply): void {
  if (reply === null) lua.lua_pushboolean(L, false);
  else if (typeof reply === "number" || typeof reply === "bigint") lua.lua_pushnumber(L, Number(reply));
  else if (typeof reply === "string") pushField(L, "ok", reply);
  else if (reply instanceof RedisError) pushField(L, "err", reply.message);
  else if (reply instanceof Uint8Array) pushBytes(L, reply);
  else {
    lua.lua_checkstack(L, 4);
    lua.lua_createtable(L, reply.length, 0);
    for (let i = 0; i < reply.length; i++) {
      pushReply(L, reply[i]!);
      lua.lua_rawseti(L, -2, i + 1);
    }
  }
}

/**
 * The value at `index` as a reply: numbers lose their fraction, `true` is 1, `false` and `nil` are nothing, a table is
 * its `err`, its `ok`, or its items up to the first `nil`.
 */
export function replyAt(L: State, index: number, depth = 0): Reply {
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TSTRING:
      return Uint8Array.from(bytesAt(L, index));
    case lua.LUA_TNUMBER:
      return truncated(lua.lua_tonumber(L, index));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, index) ? 1 : null;
    case lua.LUA_TTABLE:
      return tableReply(L, lua.lua_absindex(L, index), depth);
    default:
      return null;
  }
}

/** C's conversion of a double to 64 bits, which gives the least integer for what does not fit. */
function truncated(value: number): number | bigint {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole + 0;
  return Math.abs(whole) < 2 ** 63 ? BigInt(whole) : -(2n ** 63n);
}

function tableReply(L: State, table: number, depth: number): Reply {
  if (depth >= maxDepth || !lua.lua_checkstack(L, 4)) return new RedisError("ERR reached lua stack limit");
  const err = fieldAt(L, table, "err");
  if (err !== undefined) return new RedisError(err);
  const ok = fieldAt(L, table, "ok");
  if (ok !== undefined) return ok;
  const items: Reply[] = [];
  for (let i = 1; ; i++) {
    const type = lua.lua_rawgeti(L, table, i);
    if (type !== lua.LUA_TNIL) items.push(replyAt(L, -1, depth + 1));
    lua.lua_pop(L, 1);
    if (type === lua.LUA_TNIL) return items;
  }
}

/** A string field of the table at `table` as one line of text. */
export function fieldAt(L: State, table: number, field: "ok" | "err"): string | undefined {
  const type = lua.lua_getfield(L, table, luaName(field));
  const text = type === lua.LUA_TSTRING ? bytesAt(L, -1).toString("utf8").replaceAll(/[\r\n]/g, " ") : undefined;
  lua.lua_pop(L, 1);
  return text;
}

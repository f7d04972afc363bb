import fengari, { type State } from "fengari";

const { lua } = fengari;
const names = new Map<string, Uint8Array>();

/** A short fixed name as Lua's bytes, made once. */
export function luaName(name: string): Uint8Array {
  let bytes = names.get(name);
  if (bytes === undefined) names.set(name, (bytes = fengari.to_luastring(name)));
  return bytes;
}

/** Pushes bytes as a Lua string (copied). */
export function pushBytes(L: State, bytes: Uint8Array): void {
  lua.lua_pushlstring(L, bytes, bytes.length);
}

/** Pushes `{[field] = text}`, the shape in which Redis hands scripts a status (`ok`) or an error (`err`). */
export function pushField(L: State, field: "ok" | "err", text: string): void {
  lua.lua_createtable(L, 0, 1);
  pushBytes(L, Buffer.from(text, "utf8"));
  lua.lua_setfield(L, -2, luaName(field));
}

/** Pushes a list of byte strings as a Lua array. */
export function pushTexts(L: State, texts: readonly string[]): void {
  lua.lua_createtable(L, texts.length, 0);
  for (let i = 0; i < texts.length; i++) {
    pushBytes(L, Buffer.from(texts[i]!, "latin1"));
    lua.lua_rawseti(L, -2, i + 1);
  }
}

/** The bytes of the string (or number, as text) at `index`. */
export function bytesAt(L: State, index: number): Buffer {
  const bytes = lua.lua_tolstring(L, index);
  return bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Raises an error that a script can catch: `{err = message}`, or the bare message as Lua's own functions do. */
export function raise(L: State, message: string, shape: "table" | "text"): never {
  if (shape === "table") pushField(L, "err", message);
  else pushBytes(L, Buffer.from(message, "utf8"));
  return lua.lua_error(L);
}

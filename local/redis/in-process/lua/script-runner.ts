import { createHash } from "node:crypto";
import fengari, { type State } from "fengari";
import { LRUCache } from "lru-cache";
import { RedisError, type Reply } from "../../engine.ts";
import { pushCjson } from "./cjson.ts";
import { useDoubleNumbers } from "./double-numbers.ts";
import { formatGeneral } from "./format-number.ts";
import { prelude } from "./prelude.ts";
import { fieldAt, pushReply, replyAt } from "./replies.ts";
import { bytesAt, luaName, pushBytes, pushField, pushTexts, raise } from "./stack.ts";

const { lua, lauxlib, lualib } = fengari;
const instructionsPerLook = 10_000;
const maxScripts = 1_000;

useDoubleNumbers();

export function sha1(text: string): string {
  return createHash("sha1").update(text, "latin1").digest("hex");
}

/** Runs Lua as Redis does. A script is compiled once and kept by its SHA-1; one Lua state serves all. */
export class ScriptRunner {
  readonly #L: State = lauxlib.luaL_newstate();
  readonly #call: (words: string[]) => Reply;
  readonly #timeLimitMs: number;
  /** SHA-1 → where the compiled script is kept in Lua's registry. */
  readonly #compiled = new LRUCache<string, number>({
    max: maxScripts,
    dispose: (reference) => lauxlib.luaL_unref(this.#L, lua.LUA_REGISTRYINDEX, reference),
  });
  /** Where the registry keeps the globals behind those that scripts see; KEYS and ARGV are set there. */
  #globals = 0;
  #deadline = 0;

  /** `call` runs one command (words as byte strings) and gives refusals back as values. */
  constructor(options: { call: (words: string[]) => Reply; timeLimitMs: number }) {
    this.#call = options.call;
    this.#timeLimitMs = options.timeLimitMs;
    this.#open();
  }

  /** Compiles a script (a byte string) and returns its SHA-1. */
  load(source: string): string {
    const sha = sha1(source);
    if (this.#compiled.has(sha)) return sha;
    const L = this.#L;
    const bytes = Buffer.from(source.replace(/^#!lua[^\n]*/, ""), "latin1");
    if (lauxlib.luaL_loadbuffer(L, bytes, bytes.length, luaName("@user_script")) !== lua.LUA_OK) {
      const reason = bytesAt(L, -1).toString("utf8");
      lua.lua_settop(L, 0);
      throw new RedisError(`ERR Error compiling script (new function): ${reason}`);
    }
    this.#compiled.set(sha, lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX));
    return sha;
  }

  has(sha: string): boolean {
    return this.#compiled.has(sha.toLowerCase());
  }

  flush(): void {
    this.#compiled.clear();
  }

  run(sha: string, keys: readonly string[], args: readonly string[]): Reply {
    const reference = this.#compiled.get(sha);
    if (reference === undefined) throw new RedisError("NOSCRIPT No matching script. Please use EVAL.");
    const L = this.#L;
    this.#deadline = performance.now() + this.#timeLimitMs;
    lua.lua_sethook(L, this.#watch, lua.LUA_MASKCOUNT, instructionsPerLook);
    try {
      this.#setGlobal("KEYS", keys);
      this.#setGlobal("ARGV", args);
      lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, reference);
      const status = lua.lua_pcall(L, 0, 1, 0);
      return status === lua.LUA_OK ? replyAt(L, -1) : this.#failure(sha);
    } finally {
      lua.lua_settop(L, 0);
    }
  }

  #setGlobal(name: "KEYS" | "ARGV", texts: readonly string[]): void {
    lua.lua_rawgeti(this.#L, lua.LUA_REGISTRYINDEX, this.#globals);
    pushBytes(this.#L, luaName(name));
    pushTexts(this.#L, texts);
    lua.lua_rawset(this.#L, -3);
    lua.lua_pop(this.#L, 1);
  }

  #failure(sha: string): RedisError {
    const L = this.#L;
    const isTable = lua.lua_type(L, -1) === lua.LUA_TTABLE;
    const message = isTable ? (fieldAt(L, -1, "err") ?? "ERR unknown error") : `ERR ${this.#plainError()}`;
    return new RedisError(`${message} script: ${sha}`);
  }

  #plainError(): string {
    const text = lua.lua_type(this.#L, -1) === lua.LUA_TSTRING ? bytesAt(this.#L, -1).toString("utf8") : "";
    return text.replaceAll(/[\r\n]/g, " ") || "the script failed without a message";
  }

  /**
   * Called every so many instructions. Once time is up it is called at every one, so that a script which catches the
   * error is stopped at the next instruction outside its `pcall`.
   */
  readonly #watch = (L: State): number => {
    if (performance.now() < this.#deadline) return 0;
    lua.lua_sethook(L, this.#watch, lua.LUA_MASKCOUNT, 1);
    return raise(L, `script ran longer than ${this.#timeLimitMs} ms and was stopped`, "text");
  };

  #open(): void {
    const L = this.#L;
    const libraries = [["_G", lualib.luaopen_base], ["table", lualib.luaopen_table], ["string", lualib.luaopen_string], ["math", lualib.luaopen_math]] as const;
    for (const [name, open] of libraries) lauxlib.luaL_requiref(L, luaName(name), open, true);
    pushCjson(L);
    lua.lua_setglobal(L, luaName("cjson"));
    lua.lua_createtable(L, 0, 8);
    const functions = {
      call: (state: State) => this.#redisCall(state, true),
      pcall: (state: State) => this.#redisCall(state, false),
      error_reply: (state: State) => singleField(state, "err"),
      status_reply: (state: State) => singleField(state, "ok"),
      sha1hex: (state: State) => {
        pushBytes(state, Buffer.from(sha1(bytesAt(state, 1).toString("latin1"))));
        return 1;
      },
      log: () => 0,
      setresp: () => 0,
    };
    for (const [name, run] of Object.entries(functions)) {
      lua.lua_pushcfunction(L, run);
      lua.lua_setfield(L, -2, luaName(name));
    }
    for (const [level, name] of ["LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"].entries()) {
      lua.lua_pushnumber(L, level);
      lua.lua_setfield(L, -2, luaName(name));
    }
    lua.lua_setglobal(L, luaName("redis"));
    const bytes = Buffer.from(prelude);
    if (lauxlib.luaL_loadbuffer(L, bytes, bytes.length, luaName("@prelude")) !== lua.LUA_OK || lua.lua_pcall(L, 0, 1, 0) !== lua.LUA_OK) {
      throw new Error(`The Lua prelude does not run: ${bytesAt(L, -1).toString()}`);
    }
    lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, globalsIndex);
    this.#globals = lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
    lua.lua_rawseti(L, lua.LUA_REGISTRYINDEX, globalsIndex);
    lua.lua_settop(L, 0);
  }

  #redisCall(L: State, raises: boolean): number {
    const count = lua.lua_gettop(L);
    const words: string[] = [];
    for (let i = 1; i <= count; i++) {
      const type = lua.lua_type(L, i);
      if (type === lua.LUA_TSTRING) words.push(bytesAt(L, i).toString("latin1"));
      else if (type === lua.LUA_TNUMBER) words.push(formatGeneral(lua.lua_tonumber(L, i), 17));
      else break;
    }
    let reply: Reply;
    if (count === 0) reply = new RedisError("ERR Please specify at least one argument for this redis lib call");
    else if (words.length < count) reply = new RedisError("ERR Lua redis lib command arguments must be strings or integers");
    else reply = this.#call(words);
    if (raises && reply instanceof RedisError) return raise(L, reply.message, "table");
    pushReply(L, reply);
    return 1;
  }
}

/** LUA_RIDX_GLOBALS: where the registry keeps the globals that a newly compiled script is given. */
const globalsIndex = 2;

/** `redis.error_reply(text)` and `redis.status_reply(text)`; an error without a code is given `ERR`. */
function singleField(L: State, field: "ok" | "err"): number {
  if (lua.lua_gettop(L) !== 1 || lua.lua_type(L, 1) !== lua.LUA_TSTRING) {
    pushField(L, "err", "ERR wrong number or type of arguments");
    return 1;
  }
  const text = bytesAt(L, 1).toString("utf8").replace(/^-/, field === "err" ? "" : "-");
  pushField(L, field, field === "err" && !text.includes(" ") ? `ERR ${text}` : text);
  return 1;
}

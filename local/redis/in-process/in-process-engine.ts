import type { Clock } from "#shared/kernel/clock.ts";
import type { Random } from "#shared/kernel/random.ts";
import { checkCommand } from "../command-names.ts";
import { RedisError, type RedisEngine, type Reply, type Word } from "../engine.ts";
import { bulk } from "./command.ts";
import { dataCommands } from "./commands.ts";
import { Keyspace } from "./keyspace.ts";
import { ScriptRunner } from "./lua/script-runner.ts";
import { parseInteger } from "./numbers.ts";

export interface InProcessOptions {
  clock?: Clock;
  random?: Random;
  /** What all keys and values may take; the least recently used leave first. */
  maxBytes?: number;
  /** After this a script is stopped with an error. */
  scriptTimeLimitMs?: number;
}

const expiryPeriodMs = 100;

/** The small Redis for machines without `redis-server`. Commands run one at a time, each to its end. */
export class InProcessEngine implements RedisEngine {
  readonly name = "in-process";
  readonly #db: Keyspace;
  readonly #scripts: ScriptRunner;
  readonly #expiry: NodeJS.Timeout;
  #inScript = false;

  constructor({ clock = Date.now, random = Math.random, maxBytes = 128 * 2 ** 20, scriptTimeLimitMs = 5_000 }: InProcessOptions = {}) {
    this.#db = new Keyspace({ clock, random, maxBytes });
    this.#scripts = new ScriptRunner({ call: (words) => this.#run(words), timeLimitMs: scriptTimeLimitMs });
    this.#expiry = setInterval(() => {
      for (let rounds = 0; rounds < 50 && this.#db.expireSome(); rounds++);
    }, expiryPeriodMs).unref();
  }

  /** What the keys and values are counted as, in bytes. */
  get bytes(): number {
    return this.#db.bytes;
  }

  execute(words: readonly Word[]): Promise<Reply> {
    this.#db.tick();
    const reply = this.#run(words.map(byteString));
    this.#db.evict();
    return Promise.resolve(reply);
  }

  transaction(commands: readonly (readonly Word[])[]): Promise<RedisError | Reply[]> {
    const refused = commands.map(checkCommand).find((name) => name instanceof RedisError);
    if (refused) return Promise.resolve(new RedisError("EXECABORT Transaction discarded because of previous errors."));
    this.#db.tick();
    const replies = commands.map((words) => this.#run(words.map(byteString)));
    this.#db.evict();
    return Promise.resolve(replies);
  }

  close(): Promise<void> {
    clearInterval(this.#expiry);
    this.#db.clear();
    return Promise.resolve();
  }

  /** Runs one command of byte strings; a refusal is its reply. */
  #run(words: string[]): Reply {
    const name = checkCommand(words);
    if (name instanceof RedisError) return name;
    const [, ...rest] = words;
    try {
      if (name === "eval" || name === "evalsha") return this.#runScript(name, rest);
      if (name === "script") return this.#manageScripts(rest);
      return dataCommands[name](this.#db, ...rest);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    } finally {
      this.#db.settle();
    }
  }

  #runScript(name: "eval" | "evalsha", [script, countWord, ...words]: string[]): Reply {
    if (this.#inScript) throw new RedisError("ERR This Redis command is not allowed from script");
    const count = parseInteger(countWord!);
    if (count < 0) throw new RedisError("ERR Number of keys can't be negative");
    if (count > words.length) throw new RedisError("ERR Number of keys can't be greater than number of args");
    const sha = name === "eval" ? this.#scripts.load(script!) : script!.toLowerCase();
    this.#inScript = true;
    try {
      return this.#scripts.run(sha, words.slice(0, count), words.slice(count));
    } finally {
      this.#inScript = false;
    }
  }

  #manageScripts([action = "", ...words]: string[]): Reply {
    if (this.#inScript) throw new RedisError("ERR This Redis command is not allowed from script");
    const verb = action.toLowerCase();
    if (verb === "load" && words.length === 1) return bulk(this.#scripts.load(words[0]!));
    if (verb === "exists" && words.length > 0) return words.map((sha) => (this.#scripts.has(sha) ? 1 : 0));
    if (verb === "flush" && words.length <= 1) {
      this.#scripts.flush();
      return "OK";
    }
    throw new RedisError(`ERR unknown subcommand or wrong number of arguments for '${action.slice(0, 128)}'. Try SCRIPT HELP.`);
  }
}

/** Text as UTF-8 bytes, bytes as they are, one character a byte. */
function byteString(word: Word): string {
  if (typeof word !== "string") return Buffer.from(word.buffer, word.byteOffset, word.length).toString("latin1");
  return isAscii(word) ? word : Buffer.from(word, "utf8").toString("latin1");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

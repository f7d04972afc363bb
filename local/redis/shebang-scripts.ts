import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { RedisEngine, Reply, Word } from "./engine.ts";
import type { RedisError } from "./engine.ts";

const flag = "allow-key-locking";

/**
 * Lets scripts that begin with `#!lua flags=allow-key-locking` run. That is a flag of Upstash's own, which Redis
 * refuses; here it means nothing, so it is taken out. Callers still know such a script by the SHA-1 of what they sent,
 * and that is mapped to the SHA-1 of what ran.
 */
export class ShebangScripts implements RedisEngine {
  readonly #engine: RedisEngine;
  readonly #rewritten = new LRUCache<string, string>({ max: 1_000 });

  constructor(engine: RedisEngine) {
    this.#engine = engine;
  }
  get name(): RedisEngine["name"] {
    return this.#engine.name;
  }
  async execute(words: readonly Word[]): Promise<Reply> {
    const { rewritten, givenSha } = this.#rewrite(words);
    const reply = await this.#engine.execute(rewritten);
    return givenSha !== undefined && reply instanceof Uint8Array ? Buffer.from(givenSha) : reply;
  }
  async transaction(commands: readonly (readonly Word[])[]): Promise<RedisError | Reply[]> {
    const all = commands.map((words) => this.#rewrite(words));
    const replies = await this.#engine.transaction(all.map(({ rewritten }) => rewritten));
    if (!Array.isArray(replies)) return replies;
    return replies.map((reply, i) => (all[i]?.givenSha !== undefined && reply instanceof Uint8Array ? Buffer.from(all[i].givenSha) : reply));
  }
  close(): Promise<void> {
    return this.#engine.close();
  }

  /** The command to run instead; `givenSha` when it loads a script that the caller knows by another SHA-1. */
  #rewrite(words: readonly Word[]): { rewritten: readonly Word[]; givenSha?: string } {
    const [name, script] = words;
    switch (text(name).toLowerCase()) {
      case "eval":
        return { rewritten: [name!, this.#withoutFlag(text(script)) ?? script!, ...words.slice(2)] };
      case "evalsha":
        return { rewritten: [name!, this.#shaOf(script), ...words.slice(2)] };
      case "script":
        return this.#rewriteScript(words);
      default:
        return { rewritten: words };
    }
  }

  #rewriteScript(words: readonly Word[]): { rewritten: readonly Word[]; givenSha?: string } {
    const verb = text(words[1]).toLowerCase();
    if (verb === "exists") return { rewritten: [...words.slice(0, 2), ...words.slice(2).map((sha) => this.#shaOf(sha))] };
    if (verb === "flush") this.#rewritten.clear();
    const given = verb === "load" ? text(words[2]) : "";
    const stripped = this.#withoutFlag(given);
    return stripped === undefined ? { rewritten: words } : { rewritten: [words[0]!, words[1]!, stripped], givenSha: sha1(given) };
  }

  #withoutFlag(script: string): string | undefined {
    const stripped = stripFlag(script);
    if (stripped !== undefined) this.#rewritten.set(sha1(script), sha1(stripped));
    return stripped;
  }

  #shaOf(sha: Word | undefined): Word {
    return this.#rewritten.get(text(sha).toLowerCase()) ?? sha ?? "";
  }
}

/** The script without Upstash's flag, its lines still counted alike; `undefined` when it does not carry the flag. */
export function stripFlag(script: string): string | undefined {
  const shebang = /^#!lua[^\n]*/.exec(script)?.[0];
  if (!shebang?.includes(flag)) return undefined;
  const flags = /flags=(\S+)/.exec(shebang)?.[1]?.split(",").filter((one) => one !== flag) ?? [];
  return (flags.length > 0 ? `#!lua flags=${flags.join(",")}` : "") + script.slice(shebang.length);
}

function sha1(script: string): string {
  return createHash("sha1").update(script).digest("hex");
}

function text(word: Word | undefined): string {
  return typeof word === "string" ? word : Buffer.from(word ?? []).toString("utf8");
}

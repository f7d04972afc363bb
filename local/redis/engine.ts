/** One word of a command: text is sent as UTF-8, bytes as they are. */
export type Word = string | Uint8Array;

/** Refused by Redis. The message begins with Redis's code: `ERR`, `WRONGTYPE`, `NOSCRIPT`, … */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

/**
 * What Redis answers: a string is a status (`OK`, `PONG`), bytes are a value, `null` is nothing there.
 * Integers past 2^53 are bigints. A refusal is a value here, since one command of many may be refused.
 */
export type Reply = string | number | bigint | Uint8Array | null | RedisError | Reply[];

/** Something that runs Redis commands. Both implementations pass tests/suites/redis-gateway.test.ts. */
export interface RedisEngine {
  readonly name: "redis-server" | "in-process";
  /** Runs one command; commands handed in one after another run in that order. Rejects only if the engine is gone. */
  execute(words: readonly Word[]): Promise<Reply>;
  /** Runs all without another command between; a command that cannot be queued refuses the whole (EXECABORT). */
  transaction(commands: readonly (readonly Word[])[]): Promise<RedisError | Reply[]>;
  close(): Promise<void>;
}

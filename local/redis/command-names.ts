import { RedisError, type Word } from "./engine.ts";

/**
 * Every command the gateway passes on, with Redis's arity: the number of words with the command's own name, or its
 * negative when more may follow. The list is the same for both engines, so that nothing can come to depend on a
 * command that only one of them knows, and it leaves out what would stall or reconfigure a shared connection
 * (`SUBSCRIBE`, `BLPOP`, `CONFIG`, `SHUTDOWN`, …).
 */
export const arities = {
  ping: -1, echo: 2, time: 1, dbsize: 1, flushall: -1, flushdb: -1,
  get: 2, set: -3, setnx: 3, setex: 4, psetex: 4, getdel: 2, getex: -2, getset: 3, mget: -2, mset: -3, append: 3, strlen: 2,
  incr: 2, incrby: 3, decr: 2, decrby: 3, incrbyfloat: 3,
  del: -2, unlink: -2, exists: -2, expire: -3, pexpire: -3, expireat: -3, pexpireat: -3, ttl: 2, pttl: 2, persist: 2,
  type: 2, keys: 2, scan: -2, rename: 3,
  hset: -4, hmset: -4, hsetnx: 4, hget: 3, hmget: -3, hgetall: 2, hdel: -3, hexists: 3, hlen: 2, hkeys: 2, hvals: 2,
  hincrby: 4, hscan: -3,
  lpush: -3, rpush: -3, lpop: -2, rpop: -2, lrange: 4, llen: 2, ltrim: 4, lindex: 3, lrem: 4, lset: 4,
  sadd: -3, srem: -3, smembers: 2, sismember: 3, smismember: -3, scard: 2, spop: -2, srandmember: -2,
  sinter: -2, sunion: -2, sdiff: -2, sscan: -3,
  zadd: -4, zrem: -3, zscore: 3, zmscore: -3, zincrby: 4, zcard: 2, zcount: 4, zrange: -4, zrangebyscore: -4, zrevrange: -4,
  zrank: 3, zrevrank: 3, zremrangebyscore: 4, zremrangebyrank: 4, zpopmin: -2, zpopmax: -2,
  eval: -3, evalsha: -3, script: -2,
} as const;

export type CommandName = keyof typeof arities;

/** The name of a command that is known and has enough words; otherwise the refusal Redis would give. */
export function checkCommand(words: readonly Word[]): CommandName | RedisError {
  const given = typeof words[0] === "string" ? words[0] : Buffer.from(words[0] ?? []).toString("latin1");
  const name = given.toLowerCase();
  if (!Object.hasOwn(arities, name)) return new RedisError(`ERR unknown command '${given.slice(0, 128)}'`);
  const arity = arities[name as CommandName];
  if (arity > 0 ? words.length !== arity : words.length < -arity) {
    return new RedisError(`ERR wrong number of arguments for '${name}' command`);
  }
  return name as CommandName;
}

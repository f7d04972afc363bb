import { RedisError } from "../engine.ts";
import { notAnInteger, parseInteger } from "./numbers.ts";

const units = {
  ex: (amount: number, now: number) => now + amount * 1000,
  px: (amount: number, now: number) => now + amount,
  exat: (amount: number) => amount * 1000,
  pxat: (amount: number) => amount,
} as const;
export type ExpiryUnit = keyof typeof units;

export function isExpiryUnit(option: string): option is ExpiryUnit {
  return Object.hasOwn(units, option);
}

/** When (ms since the epoch) a key given `EX 10` or the like expires; refuses what is not in the future of any clock. */
export function expiryTime(unit: ExpiryUnit, text: string, now: number, command: string): number {
  const amount = parseInteger(text, notAnInteger);
  const at = units[unit](amount, now);
  if (amount <= 0 || at > 2 ** 63) throw new RedisError(`ERR invalid expire time in '${command}' command`);
  return at;
}

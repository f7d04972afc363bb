import { RedisError } from "../engine.ts";

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);
export const notAnInteger = "ERR value is not an integer or out of range";
export const notAFloat = "ERR value is not a valid float";

/** A whole number as Redis takes it: no blanks, no leading zeros, no plus sign, 64 bits. */
export function parseBigInteger(text: string, refusal = notAnInteger): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new RedisError(refusal);
  const value = BigInt(text);
  if (value > int64Max || value < int64Min) throw new RedisError(refusal);
  return value;
}

/** The same for counts, ranks and times, where what a double cannot hold exactly does not matter. */
export function parseInteger(text: string, refusal = notAnInteger): number {
  return Number(parseBigInteger(text, refusal));
}

/** `a + b` in 64 bits; refuses to overflow. */
export function addIntegers(a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (sum > int64Max || sum < int64Min) throw new RedisError("ERR increment or decrement would overflow");
  return sum;
}

/** A plain number where one can hold it exactly. */
export function integerReply(value: bigint): number | bigint {
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

/** A floating number as Redis takes it: decimal or `inf`; never blank, never NaN. */
export function parseFloating(text: string, refusal = notAFloat): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new RedisError(refusal);
  return Number(text);
}

/** A score as text: the shortest that reads back the same. */
export function formatFloating(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  if (Object.is(value, -0)) return "-0";
  return String(value).replace(/^(-?\d(?:\.\d+)?)e([+-])(\d)$/, "$1e$20$3");
}

/**
 * The sum that INCRBYFLOAT stores, without exponent. Redis adds in 80 bits, so that 0.1 + 0.2 is 0.3; rounding the
 * double to 16 digits gives the same for figures of everyday length.
 */
export function addFloating(a: number, b: number): string {
  const sum = Number((a + b).toPrecision(16));
  if (!Number.isFinite(sum)) throw new RedisError("ERR increment would produce NaN or Infinity");
  const text = String(sum);
  if (!text.includes("e")) return text;
  return Math.abs(sum) >= 1 ? BigInt(sum).toString() : sum.toFixed(17).replace(/\.?0+$/, "");
}

import type { Random } from "#shared/kernel/random.ts";

export const between = (random: Random, low: number, high: number) => low + (high - low) * random();

/** A whole number from `low` to `high`, both included. */
export const whole = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));

export const oneOf = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;

export const chance = (random: Random, share: number) => random() < share;

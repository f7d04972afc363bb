/** 64-bit perceptual hashes as pairs of uint32 `[high, low]`, so that comparing two costs no allocation. */
export function parseHash(hash: bigint | string): [high: number, low: number] {
  if (typeof hash === "string") {
    if (!/^[0-9a-f]{16}$/i.test(hash)) throw new RangeError(`phash "${hash}" is not 16 hexadecimal digits`);
    return [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)];
  }
  const bits = BigInt.asUintN(64, hash);
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
}

/** Bits set in a 32-bit integer (H. Warren, Hacker's Delight, §5-1). */
export function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

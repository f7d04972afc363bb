import fc from "fast-check";
import { expect, it } from "vitest";
import { bitCount, parseHash } from "./perceptual-hash.ts";

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

it("a hash reads the same as a number and as sixteen hexadecimal digits", () => {
  fc.assert(fc.property(hash, (bits) => {
    expect(parseHash(bits.toString(16).padStart(16, "0"))).toEqual(parseHash(bits));
  }));
  expect(parseHash(-1n)).toEqual([0xffffffff, 0xffffffff]);
});

it("counts differing bits", () => {
  fc.assert(fc.property(hash, hash, (a, b) => {
    const [ah, al] = parseHash(a);
    const [bh, bl] = parseHash(b);
    expect(bitCount(ah ^ bh) + bitCount(al ^ bl)).toBe([...(a ^ b).toString(2)].filter((bit) => bit === "1").length);
  }));
});

it("refuses text that is no hash", () => {
  for (const text of ["", "123", "g".repeat(16), "0".repeat(17)]) expect(() => parseHash(text)).toThrow(/16 hexadecimal/);
});

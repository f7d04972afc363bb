import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Decode, base64Encode, base64UrlDecode, base64UrlEncode } from "./base64.ts";
import { cosineDistance, dot, embeddingDistance, stepToward, unit } from "./vector.ts";

const vector = fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true, min: -1, max: 1 }).filter((v) => v.some((x) => Math.abs(x) > 1e-3));

describe("vectors", () => {
  it("have length one after unit()", () => {
    fc.assert(fc.property(vector, (v) => {
      expect(dot(unit(v), unit(v))).toBeCloseTo(1, 5);
    }));
  });

  it("come nearer with every step toward, and farther with every step away", () => {
    fc.assert(fc.property(vector, vector, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (a, b, step) => {
      const [from, to] = [unit(a), unit(b)];
      const distance = cosineDistance(from, to);
      fc.pre(distance > 1e-3 && distance < 1.9);
      expect(cosineDistance(stepToward(from, to, step), to)).toBeLessThan(distance);
    }));
  });

  it("of two spaces refuse to compare, as do two of different length", () => {
    const one = unit([1, 0]);
    expect(() => embeddingDistance({ space: "a", vector: one }, { space: "b", vector: one })).toThrow(/spaces a and b/);
    expect(() => dot(one, unit([1, 0, 0]))).toThrow(/dimensions/);
  });
});

describe("base64", () => {
  it("gives back every byte, in both alphabets", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      expect(base64Decode(base64Encode(bytes))).toEqual(new Uint8Array(bytes));
      expect(base64UrlDecode(base64UrlEncode(bytes))).toEqual(new Uint8Array(bytes));
      expect(base64UrlEncode(bytes)).toMatch(/^[A-Za-z0-9_-]*$/);
    }));
  });
});

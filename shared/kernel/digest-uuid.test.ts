import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { uuidOfDigest } from "./digest-uuid.ts";

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("a UUID of a digest", () => {
  it("is always a UUID the contract takes, of version 8", () => {
    fc.assert(fc.property(digest, (bytes) => {
      const id = uuidOfDigest(bytes);
      expect(z.uuid().safeParse(id).success).toBe(true);
      expect(id[14]).toBe("8");
    }));
  });

  it("says the same for the same bytes, and differs with any of the 122 bits it keeps", () => {
    fc.assert(fc.property(digest, fc.integer({ min: 0, max: 127 }), (bytes, bit) => {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const fixed = (bit >> 3 === 6 && (bit & 7) >= 4) || (bit >> 3 === 8 && (bit & 7) >= 6);
      expect(uuidOfDigest(bytes)).toBe(uuidOfDigest(bytes.slice()));
      expect(uuidOfDigest(flipped) === uuidOfDigest(bytes)).toBe(fixed);
    }));
  });

  it("keeps the digest's own digits", () => {
    expect(uuidOfDigest(Uint8Array.from({ length: 32 }, (_, i) => i * 17 & 255))).toBe("00112233-4455-8677-8899-aabbccddeeff");
  });
});

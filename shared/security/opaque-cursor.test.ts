import fc from "fast-check";
import { expect, it } from "vitest";
import { cursorLimit, cursors } from "./opaque-cursor.ts";

const older = { keyId: "2026-1", secret: "an older secret of more than 32 characters" };
const newer = { keyId: "2026-2", secret: "a newer secret of more than 32 characters" };
const purpose = "feed viewer-1";

it("opens to what was sealed, under every secret that is still valid", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }), (payload) => {
      const expected: unknown = JSON.parse(JSON.stringify(payload));
      for (const secret of [older, newer]) {
        const cursor = cursors([secret]).seal(payload, purpose);
        expect(cursors([newer, older]).open(cursor, purpose)).toEqual({ ok: true, payload: expected });
      }
    }),
    { numRuns: 50, seed: 1 },
  );
});

it("does not open after any change of a single bit", () => {
  const cursor = cursors([newer]).seal({ stream_id: "s", position: 40 }, purpose);
  for (let at = 0; at < cursor.length; at++) {
    for (let bit = 0; bit < 7; bit++) {
      const altered = cursor.slice(0, at) + String.fromCharCode(cursor.charCodeAt(at) ^ (1 << bit)) + cursor.slice(at + 1);
      expect(cursors([newer, older]).open(altered, purpose)).toMatchObject({ ok: false });
    }
  }
});

it("opens for its own purpose only, so that no viewer can use another's", () => {
  const cursor = cursors([newer]).seal({ position: 1 }, purpose);
  expect(cursors([newer]).open(cursor, "feed viewer-2")).toEqual({ ok: false, reason: "forged" });
});

it("says why it does not open", () => {
  const retired = cursors([older]).seal({ position: 1 }, purpose);
  expect(cursors([newer]).open(retired, purpose)).toEqual({ ok: false, reason: "unknown_key" });
  expect(cursors([newer]).open("", purpose)).toEqual({ ok: false, reason: "malformed" });
  expect(cursors([newer]).open("a".repeat(cursorLimit + 1), purpose)).toEqual({ ok: false, reason: "too_long" });
});

it("is not made longer than it would be taken back", () => {
  expect(() => cursors([newer]).seal({ text: "x".repeat(cursorLimit) }, purpose)).toThrow(RangeError);
});

it("is not made with a secret that could be guessed", () => {
  expect(() => cursors([{ keyId: "k", secret: "short" }]).seal({}, purpose)).toThrow("the cursor secret k is shorter than 32 characters");
});

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64UrlDecode, base64UrlEncode } from "#shared/kernel/base64.ts";

/** At least 32 characters of secret; the id says which of two secrets valid at once made a cursor. */
export interface CursorSecret {
  keyId: string;
  secret: string;
}

export type OpenedCursor = { ok: true; payload: unknown } | { ok: false; reason: "too_long" | "malformed" | "unknown_key" | "forged" };

/**
 * Cursors a client can carry but neither write nor alter: `<key id>~<payload>~<mac>`, payload JSON and mac
 * (HMAC-SHA-256) in base64url. The payload is readable to whoever holds it: put nothing secret in.
 */
export interface Cursors {
  /** `purpose` names what the cursor is for and whose it is (`feed <viewer id>`): it opens for the same purpose only. */
  seal(payload: object, purpose: string): string;
  /** The payload still needs parsing: an older release may have made it. */
  open(text: string, purpose: string): OpenedCursor;
}

export const cursorLimit = 2048;

const form = /^([A-Za-z0-9._-]{1,64})~([A-Za-z0-9_-]+)~([A-Za-z0-9_-]{43})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The first secret signs, all open. The mac is made in JavaScript rather than by WebCrypto: every page opens a cursor, a text this short
 * costs no more here, and what WebCrypto makes along the way has a native half that only a full collection frees.
 */
export function cursors(secrets: readonly CursorSecret[]): Cursors {
  const keyed = new Map(secrets.map(({ keyId, secret }) => [keyId, keyedWith(keyId, secret)]));
  const signing = secrets[0]?.keyId;
  if (signing === undefined) throw new TypeError("cursors need at least one secret");

  /** JSON keeps the parts apart, whatever they hold. */
  const macOf = (keyId: string, purpose: string, encoded: string): string =>
    base64UrlEncode(keyed.get(keyId)!.clone().update(encoder.encode(JSON.stringify(["cursor", keyId, purpose, encoded]))).digest());

  return {
    seal(payload, purpose) {
      const encoded = base64UrlEncode(encoder.encode(JSON.stringify(payload)));
      const text = `${signing}~${encoded}~${macOf(signing, purpose, encoded)}`;
      if (text.length > cursorLimit) throw new RangeError(`a cursor of ${text.length} characters is over the ${cursorLimit} we take back`);
      return text;
    },

    open(text, purpose) {
      if (text.length > cursorLimit) return { ok: false, reason: "too_long" };
      const [, keyId, encoded, mac] = form.exec(text) ?? [];
      if (keyId === undefined || encoded === undefined || mac === undefined) return { ok: false, reason: "malformed" };
      if (!keyed.has(keyId)) return { ok: false, reason: "unknown_key" };
      if (!sameText(mac, macOf(keyId, purpose, encoded))) return { ok: false, reason: "forged" };
      return { ok: true, payload: JSON.parse(decoder.decode(base64UrlDecode(encoded))) };
    },
  };
}

function keyedWith(keyId: string, secret: string) {
  if (secret.length < 32) throw new TypeError(`the cursor secret ${keyId} is shorter than 32 characters`);
  return hmac.create(sha256, encoder.encode(secret));
}

/** As text, since base64 has spare bits and two texts could decode to one mac; in a time that depends on the length alone. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64UrlDecode, base64UrlEncode } from "#shared/kernel/base64.ts";
import { sameBytes } from "./content-digest.ts";

/**
 * Cursors a client can carry but neither write nor alter: `<key id>~<payload>~<mac>`, payload JSON and mac
 * (HMAC-SHA-256) in base64url. The payload is readable to whoever holds it: put nothing secret in.
 */

/** At least 32 characters of secret; the id says which of two secrets valid at once made a cursor. */
export interface CursorSecret {
  keyId: string;
  secret: string;
}

export type OpenedCursor = { ok: true; payload: unknown } | { ok: false; reason: "too_long" | "malformed" | "unknown_key" | "forged" };

export const cursorLimit = 2048;

const form = /^([A-Za-z0-9._-]{1,64})~([A-Za-z0-9_-]+)~([A-Za-z0-9_-]{43})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `purpose` names what the cursor is for and whose it is (`feed <viewer id>`): it opens for the same purpose only. */
export function sealCursor(payload: object, secret: CursorSecret, purpose: string): string {
  const encoded = base64UrlEncode(encoder.encode(JSON.stringify(payload)));
  const text = `${secret.keyId}~${encoded}~${macOf(secret, purpose, encoded)}`;
  if (text.length > cursorLimit) throw new RangeError(`a cursor of ${text.length} characters is over the ${cursorLimit} we take back`);
  return text;
}

/** The payload still needs parsing: an older release may have made it. */
export function openCursor(text: string, secrets: readonly CursorSecret[], purpose: string): OpenedCursor {
  if (text.length > cursorLimit) return { ok: false, reason: "too_long" };
  const [, keyId, encoded, mac] = form.exec(text) ?? [];
  if (keyId === undefined || encoded === undefined || mac === undefined) return { ok: false, reason: "malformed" };
  const secret = secrets.find((candidate) => candidate.keyId === keyId);
  if (secret === undefined) return { ok: false, reason: "unknown_key" };
  // As text, since base64 has spare bits and two texts could decode to one mac.
  if (!sameBytes(encoder.encode(mac), encoder.encode(macOf(secret, purpose, encoded)))) return { ok: false, reason: "forged" };
  return { ok: true, payload: JSON.parse(decoder.decode(base64UrlDecode(encoded))) };
}

/**
 * JSON keeps the parts apart, whatever they hold. In JavaScript rather than WebCrypto: every page opens a cursor, a text this short costs
 * no more here, and what WebCrypto makes along the way has a native half that only a full collection frees.
 */
function macOf({ keyId, secret }: CursorSecret, purpose: string, encoded: string): string {
  if (secret.length < 32) throw new TypeError(`the cursor secret ${keyId} is shorter than 32 characters`);
  return base64UrlEncode(hmac(sha256, encoder.encode(secret), encoder.encode(JSON.stringify(["cursor", keyId, purpose, encoded]))));
}

import { base64UrlDecode, base64UrlEncode } from "#shared/kernel/base64.ts";
import { sameBytes } from "./content-digest.ts";
import { KeyId, type SigningKey } from "./keys.ts";

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
const algorithm = { name: "HMAC", hash: "SHA-256" };

/** `purpose` names what the cursor is for and whose it is (`feed <viewer id>`): it opens for the same purpose only. */
export async function sealCursor(payload: object, secret: CursorSecret, purpose: string): Promise<string> {
  const encoded = base64UrlEncode(bytesOf(JSON.stringify(payload)));
  const text = `${secret.keyId}~${encoded}~${await macOf(secret, purpose, encoded)}`;
  if (text.length > cursorLimit) throw new RangeError(`a cursor of ${text.length} characters is over the ${cursorLimit} we take back`);
  return text;
}

/** The payload still needs parsing: an older release may have made it. */
export async function openCursor(text: string, secrets: readonly CursorSecret[], purpose: string): Promise<OpenedCursor> {
  if (text.length > cursorLimit) return { ok: false, reason: "too_long" };
  const [, keyId, encoded, mac] = form.exec(text) ?? [];
  if (keyId === undefined || encoded === undefined || mac === undefined) return { ok: false, reason: "malformed" };
  const secret = secrets.find((candidate) => candidate.keyId === keyId);
  if (secret === undefined) return { ok: false, reason: "unknown_key" };
  const expected = await macOf(secret, purpose, encoded);
  // As text, since base64 has spare bits and two texts could decode to one mac.
  if (!sameBytes(bytesOf(mac), bytesOf(expected))) return { ok: false, reason: "forged" };
  return { ok: true, payload: JSON.parse(new TextDecoder().decode(base64UrlDecode(encoded))) };
}

/** JSON keeps the parts apart, whatever they hold. */
async function macOf(secret: CursorSecret, purpose: string, encoded: string): Promise<string> {
  const input = bytesOf(JSON.stringify(["cursor", secret.keyId, purpose, encoded]));
  return base64UrlEncode(new Uint8Array(await crypto.subtle.sign("HMAC", await macKey(secret), input)));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const imported = new Map<string, Promise<SigningKey>>();
const importedLimit = 8;

/** Importing a key costs as much as using it, and every page needs one: the last few are kept. */
function macKey({ keyId, secret }: CursorSecret): Promise<SigningKey> {
  const known = imported.get(secret);
  if (known) return known;
  KeyId.parse(keyId);
  if (secret.length < 32) throw new TypeError(`the cursor secret ${keyId} is shorter than 32 characters`);
  const key = crypto.subtle.importKey("raw", bytesOf(secret), algorithm, false, ["sign", "verify"]);
  imported.set(secret, key);
  const [oldest] = imported.keys();
  if (imported.size > importedLimit && oldest !== undefined) imported.delete(oldest);
  return key;
}

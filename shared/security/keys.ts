import { z } from "zod";
import { base64UrlDecode, base64UrlEncode } from "#shared/kernel/base64.ts";

/** An imported ed25519 key; what WebCrypto calls `CryptoKey` on both machines. */
export type SigningKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export interface Signer {
  keyId: string;
  privateKey: SigningKey;
}

/** The public keys trusted at the moment, by key id. */
export type KeySet = ReadonlyMap<string, SigningKey>;

/** A key pair as text: the raw 32-byte public key and the PKCS#8 private key, both base64url. */
export interface KeyPairText {
  publicKey: string;
  privateKey: string;
}

const algorithm = { name: "Ed25519" };

export const KeyId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "a key id is 1 to 64 letters, digits, dots, dashes or underscores");

/** `{ "keys": { "<key id>": "<base64url of the raw public key>" } }`; several are valid at once so that keys can be rotated. */
export const KeySetText = z
  .object({
    keys: z
      .record(KeyId, z.string().regex(/^[A-Za-z0-9_-]{43}$/, "a public key is 32 bytes in base64url, 43 characters"))
      .refine((keys) => Object.keys(keys).length >= 1 && Object.keys(keys).length <= 16, "list 1 to 16 keys"),
  })
  .strict();

export async function generateKeyPair(): Promise<KeyPairText> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("ed25519 makes key pairs, not single keys");
  return {
    publicKey: base64UrlEncode(await exported("raw", pair.publicKey)),
    privateKey: base64UrlEncode(await exported("pkcs8", pair.privateKey)),
  };
}

async function exported(format: "raw" | "pkcs8", key: SigningKey): Promise<Uint8Array> {
  const bytes: unknown = await crypto.subtle.exportKey(format, key);
  if (!(bytes instanceof ArrayBuffer)) throw new TypeError(`the ${format} form of a key is not bytes`);
  return new Uint8Array(bytes);
}

export async function importPublicKey(text: string): Promise<SigningKey> {
  return crypto.subtle.importKey("raw", base64UrlDecode(text), algorithm, true, ["verify"]);
}

/** The error names the key and never shows it. */
export async function importSigner(keyId: string, privateKeyText: string): Promise<Signer> {
  KeyId.parse(keyId);
  try {
    const privateKey = await crypto.subtle.importKey("pkcs8", base64UrlDecode(privateKeyText), algorithm, false, ["sign"]);
    return { keyId, privateKey };
  } catch {
    throw new TypeError(`the private key ${keyId} is not an ed25519 key in PKCS#8, base64url`);
  }
}

/** Parses and imports a key set; throws a `ZodError` or `TypeError` that names the field. */
export async function parseKeySet(value: unknown): Promise<KeySet> {
  const { keys } = KeySetText.parse(value);
  const imported = Object.entries(keys).map(async ([keyId, text]) => [keyId, await importPublicKey(text)] as const);
  return new Map(await Promise.all(imported));
}

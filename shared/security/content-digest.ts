import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";

const sha256Field = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** `Content-Digest` of a body (RFC 9530): `sha-256=:<base64>:`. The one algorithm both machines speak. */
export async function contentDigest(body: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", body);
  return `sha-256=:${base64Encode(new Uint8Array(digest))}:`;
}

/** Whether `field` is the digest of `body`; a field of another form never is. */
export async function digestMatches(field: string, body: Uint8Array): Promise<boolean> {
  const claimed = sha256Field.exec(field)?.[1];
  if (claimed === undefined) return false;
  const actual = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return sameBytes(base64Decode(claimed), actual);
}

/** Equality whose time depends on the length alone, so that it tells a guesser nothing about how near a guess came. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

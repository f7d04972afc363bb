/** What the language has for base64 since ES2026; workerd has it, Node 24 does not yet. */
interface WithBase64 {
  toBase64?(options?: { alphabet?: "base64url"; omitPadding?: boolean }): string;
}
const Bytes = Uint8Array as { fromBase64?(text: string, options?: { alphabet?: "base64url" }): Uint8Array<ArrayBuffer> };

/** Base64 (RFC 4648 §4) of bytes, without copying them into one long argument list. */
export function base64Encode(bytes: Uint8Array & WithBase64): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64();
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** Bytes of a base64 text; throws a `DOMException` or a `SyntaxError` on malformed input. */
export function base64Decode(text: string): Uint8Array<ArrayBuffer> {
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The URL-safe alphabet without padding (RFC 4648 §5). */
export function base64UrlEncode(bytes: Uint8Array & WithBase64): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return base64Encode(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function base64UrlDecode(text: string): Uint8Array<ArrayBuffer> {
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text, { alphabet: "base64url" });
  return base64Decode(text.replaceAll("-", "+").replaceAll("_", "/"));
}

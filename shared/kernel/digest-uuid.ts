/**
 * A UUID made of a digest: the first 16 bytes of a SHA-256, with the version and variant bits of a UUID v8 (RFC 9562 §5.8)
 * set, so that every store takes it for one. 122 bits of the digest remain. Images are named so, by their original's bytes.
 */
export function uuidOfDigest(sha256: Uint8Array): string {
  if (sha256.length !== 32) throw new RangeError(`a SHA-256 digest has 32 bytes, not ${sha256.length}`);
  const bytes = sha256.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

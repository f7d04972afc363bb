export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif";

const starts = (bytes: Uint8Array, at: number, text: string): boolean =>
  bytes.length >= at + text.length && Array.prototype.every.call(text, (char: string, i) => bytes[at + i] === char.charCodeAt(0));

/** The brands an ISO base media file may carry to be an AVIF still or sequence (AVIF 1.1 §6). */
const isAvif = (bytes: Uint8Array): boolean => {
  if (!starts(bytes, 4, "ftyp")) return false;
  const boxEnd = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256);
  for (let at = 8; at + 4 <= boxEnd; at += 4) {
    if (starts(bytes, at, "avif") || starts(bytes, at, "avis")) return true;
  }
  return false;
};

/** What the first bytes say a file is. Names and content types are claims of the sender and are never asked. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (starts(bytes, 0, "\x89PNG\r\n\x1a\n")) return "png";
  if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) return "webp";
  if (starts(bytes, 0, "GIF87a") || starts(bytes, 0, "GIF89a")) return "gif";
  if (isAvif(bytes)) return "avif";
  return undefined;
}

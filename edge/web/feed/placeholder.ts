import { thumbHashToDataURL } from "thumbhash";

const kept = 400;
const drawn = new Map<string, string | null>();

/** A blurred sketch of an image as a data URL, from its base64 thumbhash; null where the hash cannot be read. */
export function sketch(thumbhash: string): string | null {
  const before = drawn.get(thumbhash);
  if (before !== undefined) return before;
  let url: string | null = null;
  try {
    url = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    // A sketch that cannot be read leaves the dominant colour standing.
  }
  drawn.set(thumbhash, url);
  if (drawn.size > kept) drawn.delete(drawn.keys().next().value!);
  return url;
}

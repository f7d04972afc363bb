import { hash, timingSafeEqual } from "node:crypto";

/** Compares in constant time: digests have one length, whatever was sent. */
export function passwordCheck(password: string): (candidate: string) => boolean {
  const expected = digest(password);
  return (candidate) => timingSafeEqual(digest(candidate), expected);
}

/** The password in `postgresql://user:password@host/database`; undefined where there is none. */
export function passwordOf(connectionString: string): string | undefined {
  try {
    return decodeURIComponent(new URL(connectionString).password);
  } catch {
    return undefined;
  }
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

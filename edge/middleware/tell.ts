import type { Context } from "hono";

/**
 * Adds a header to the answer as it stands. `c.header` would make a new answer of a finished one each time, and a stream of its body; only
 * one that came out of a cache cannot be changed and has to be copied.
 */
export function tell(c: Context, name: string, value: string): void {
  try {
    c.res.headers.append(name, value);
  } catch {
    c.header(name, value, { append: true });
  }
}

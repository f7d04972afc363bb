import type { Context } from "hono";

/**
 * Sets a header of the answer as it stands, or adds to it. `c.header` would make a new answer of a finished one each time, and a stream of
 * its body; only one that came out of a cache cannot be changed and has to be copied.
 */
export function tell(c: Context, name: string, value: string, options: { append?: boolean } = {}): void {
  try {
    if (options.append === true) c.res.headers.append(name, value);
    else c.res.headers.set(name, value);
  } catch {
    c.header(name, value, options);
  }
}

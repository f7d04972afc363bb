import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { tell } from "./tell.ts";

/**
 * Lets web clients of these origins in; `*` stands for any. A request that names no origin needs none of it: it is only
 * told that others may be answered otherwise, which spares the page's own requests a second copy of every answer.
 */
export function crossOrigin(allowed: readonly string[]): MiddlewareHandler {
  const forOrigins = cors({
    origin: (origin) => (allowed.includes("*") || allowed.includes(origin) ? origin : null),
    allowHeaders: ["authorization", "content-type", "x-request-id"],
    exposeHeaders: ["x-request-id", "retry-after"],
    maxAge: 86_400,
  });
  return async (c, next) => {
    if (c.req.header("origin") !== undefined || c.req.method === "OPTIONS") return forOrigins(c, next);
    await next();
    tell(c, "vary", "Origin", { append: true });
  };
}

import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** Lets web clients of these origins in; `*` stands for any. A request that names no origin needs none of it. */
export function crossOrigin(allowed: readonly string[]): MiddlewareHandler {
  const forOrigins = cors({
    origin: (origin) => (allowed.includes("*") || allowed.includes(origin) ? origin : null),
    allowHeaders: ["authorization", "content-type", "x-request-id"],
    exposeHeaders: ["x-request-id", "retry-after"],
    maxAge: 86_400,
  });
  return (c, next) => (c.req.header("origin") !== undefined || c.req.method === "OPTIONS" ? forOrigins(c, next) : next());
}

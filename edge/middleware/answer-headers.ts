import type { MiddlewareHandler } from "hono";
import type { EdgeEnv } from "./request-context.ts";

const always = {
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
};
const forData = Object.entries({ ...always, "content-security-policy": "default-src 'none'; frame-ancestors 'none'" });
const forDocs = Object.entries({
  ...always,
  "content-security-policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
});

/**
 * What every answer of the API says about itself; the page's own headers are in edge/web/public/_headers. They are set on the answer as it
 * stands: `c.header` would make a new one each time, and a stream of its body. Only one that came out of a cache has to be copied.
 */
export const answerHeaders: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  await next();
  const describe = (headers: Headers): void => {
    headers.set("x-request-id", c.get("asking").requestId);
    for (const [name, value] of c.req.path === "/docs" ? forDocs : forData) headers.set(name, value);
    // Others may be answered otherwise, which those who name no origin are told as well.
    if (c.req.header("origin") === undefined) headers.append("vary", "Origin");
  };
  try {
    describe(c.res.headers);
  } catch {
    c.res = new Response(c.res.body, c.res);
    describe(c.res.headers);
  }
};

import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const everywhere = {
  crossOriginResourcePolicy: "cross-origin",
  referrerPolicy: "no-referrer",
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
} as const;

const forData = secureHeaders({ ...everywhere, contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } });
const forDocs = secureHeaders({
  ...everywhere,
  contentSecurityPolicy: { defaultSrc: ["'self'"], imgSrc: ["'self'", "data:"], styleSrc: ["'self'", "'unsafe-inline'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
});

/** What every answer of the API says about itself; the page's own headers are in edge/web/public/_headers. */
export const securityHeaders: MiddlewareHandler = (c, next) => (c.req.path === "/docs" ? forDocs : forData)(c, next);

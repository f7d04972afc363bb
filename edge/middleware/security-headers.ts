import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const everywhere = {
  crossOriginResourcePolicy: "cross-origin",
  referrerPolicy: "no-referrer",
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
} as const;

/** Data is no page: what else the library would say guards documents and old plug-ins, and costs every answer time to say. */
const forData = secureHeaders({
  ...everywhere,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});
const forDocs = secureHeaders({
  ...everywhere,
  contentSecurityPolicy: { defaultSrc: ["'self'"], imgSrc: ["'self'", "data:"], styleSrc: ["'self'", "'unsafe-inline'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
});

/** What every answer of the API says about itself; the page's own headers are in edge/web/public/_headers. */
export const securityHeaders: MiddlewareHandler = (c, next) => (c.req.path === "/docs" ? forDocs : forData)(c, next);

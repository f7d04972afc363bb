import type { Context, MiddlewareHandler } from "hono";
import type { Viewer } from "../clients/token-verifier.ts";
import type { Asking } from "../asking.ts";
import { describe, log } from "../log.ts";
import type { Services } from "../services.ts";

/** What every request carries through the app. On a page's path it is read with `c.get`: `c.var` copies all of it each time. */
export interface EdgeEnv {
  Bindings: Record<string, unknown>;
  Variables: { asking: Asking; viewer: Viewer; services: Services };
}

const wellFormed = /^[A-Za-z0-9._-]{8,64}$/;

/** Takes the client's request id when it is well-formed, else makes one; it travels on to the node and into every log line. */
export const requestContext = (services: Services): MiddlewareHandler<EdgeEnv> => (c, next) => {
  c.set("services", services);
  const given = c.req.header("x-request-id") ?? "";
  const requestId = wellFormed.test(given) ? given : crypto.randomUUID();
  c.set("asking", {
    requestId,
    background: (work, promise) => {
      keepAlive(c, promise.catch((error: unknown) => {
        log({ event: "background.failed", request_id: requestId, work, error: describe(error) });
      }));
    },
  });
  return next();
};

function keepAlive(c: Context<EdgeEnv>, work: Promise<unknown>): void {
  c.executionCtx.waitUntil(work);
}

import type { MiddlewareHandler } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import type { Viewer } from "../clients/token-verifier.ts";
import { viewerIfKnown } from "./authenticate.ts";
import type { EdgeEnv } from "./request-context.ts";

export type Limit = "session" | "read" | "write";

const periodSeconds = 60;

/**
 * Cloudflare's own limiter, which counts beside the request: no round trip. Known viewers are counted by their id,
 * everyone else by address. Operators are not limited: their bulk work is bounded by the node's admission.
 */
export const rateLimit = (limit: Limit): MiddlewareHandler<EdgeEnv> => async (c, next) => {
  const viewer = (c.get("viewer") as Viewer | undefined) ?? (await viewerIfKnown(c));
  if (viewer?.scopes.includes("operator") !== true) {
    const key = viewer?.id ?? c.req.header("cf-connecting-ip") ?? "unknown";
    const { success } = await c.get("services").limits[limit].limit({ key });
    if (!success) throw new Failure("rate.limited", { retryAfterSeconds: periodSeconds });
  }
  return next();
};

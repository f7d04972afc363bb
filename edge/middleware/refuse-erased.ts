import type { MiddlewareHandler } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import type { EdgeEnv } from "./request-context.ts";

/**
 * A token outlives the viewer it names; after erasure it opens nothing, empty answers included. Routes that write check
 * the same where they write; this is for those that would find nothing and say so.
 */
export const refuseErased: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  if (await c.var.services.dataRights.isErased(c.var.viewer.id)) throw new Failure("viewer.erased");
  await next();
};

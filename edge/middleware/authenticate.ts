import type { Context, MiddlewareHandler } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import type { Scope } from "#shared/contract/session.ts";
import type { Viewer } from "../clients/token-verifier.ts";
import type { EdgeEnv } from "./request-context.ts";

const bearer = /^Bearer ([A-Za-z0-9._-]{1,4096})$/i;

/** Who a request on a public route comes from, where it says so and the token is good. */
export async function viewerIfKnown(c: Context<EdgeEnv>): Promise<Viewer | undefined> {
  const token = bearer.exec(c.req.header("authorization") ?? "")?.[1];
  return token === undefined ? undefined : c.get("services").tokens.verify(token).catch(() => undefined);
}

/** Lets a request pass that carries a valid token with this scope; sets `viewer`. */
export const authenticate = (scope: Scope): MiddlewareHandler<EdgeEnv> => async (c, next) => {
  const token = bearer.exec(c.req.header("authorization") ?? "")?.[1];
  if (token === undefined) throw new Failure(c.req.header("authorization") === undefined ? "auth.missing" : "auth.invalid");
  const viewer = await c.get("services").tokens.verify(token);
  if (!viewer.scopes.includes(scope)) throw new Failure("auth.scope", { detail: `This route needs the scope ${scope}.` });
  c.set("viewer", viewer);
  return next();
};

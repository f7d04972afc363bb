import type { MiddlewareHandler } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import { BodyTooLarge, readBounded } from "#shared/security/bounded-body.ts";
import type { EdgeEnv } from "./request-context.ts";

/** A client that sends a little too much is let finish, so that it can hear why it was refused. */
const drainBytes = (limitBytes: number) => Math.max(1024 * 1024, limitBytes);

const tooLarge = (limitBytes: number) => new Failure("body.too_large", { detail: `The limit is ${limitBytes} bytes.` });

/** Reads at most `limitBytes` of the body and hands on a request that holds just that; longer ones are cut off. */
export const bodyLimit = (limitBytes: number): MiddlewareHandler<EdgeEnv> => async (c, next) => {
  if (Number(c.req.header("content-length") ?? 0) > limitBytes + drainBytes(limitBytes)) throw tooLarge(limitBytes);
  if (c.req.raw.body !== null) {
    try {
      const body = await readBounded(c.req.raw.body as ReadableStream<Uint8Array>, limitBytes, drainBytes(limitBytes));
      c.req.raw = new Request(c.req.raw, { body });
    } catch (error) {
      if (error instanceof BodyTooLarge) throw tooLarge(limitBytes);
      throw error;
    }
  }
  await next();
};

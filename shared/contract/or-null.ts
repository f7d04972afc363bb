import { z } from "zod";

/** A named schema or null, said so that the OpenAPI document says it too: `nullable()` loses the null beside a reference. */
export function orNull<T extends z.ZodType>(schema: T): z.ZodUnion<[T, z.ZodNull]> {
  return z.union([schema, z.null()]);
}

import type { z } from "zod";

/** Text that every store takes: Postgres keeps no U+0000, and half of a surrogate pair has no UTF-8. */
export function storable<T extends z.ZodType<string>>(schema: T): T {
  return schema.refine((text) => text.isWellFormed() && !text.includes("\0"), { message: "must be well-formed text without U+0000" });
}

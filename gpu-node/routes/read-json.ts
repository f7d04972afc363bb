import type { Context } from "hono";
import type { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";

/** The body as the contract has it; the failure names each field that does not fit. */
export async function readJson<T extends z.ZodType>(c: Context, contract: T): Promise<z.output<T>> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch (cause) {
    throw new Failure("request.malformed", { detail: "The body is not JSON.", cause });
  }
  return parse(contract, body);
}

export function parse<T extends z.ZodType>(contract: T, value: unknown): z.output<T> {
  const parsed = contract.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure("request.invalid", {
    fields: parsed.error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message })),
  });
}

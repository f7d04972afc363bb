import { OpenAPIHono, createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { Failure, failures, problemContentType, type FailureCode } from "#shared/contract/failures.ts";
import type { Viewer } from "../clients/token-verifier.ts";
import type { EdgeEnv } from "../middleware/request-context.ts";

/** A router whose requests are parsed by the contract; what does not fit names its fields. */
export function router() {
  return new OpenAPIHono<EdgeEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new Failure("request.invalid", {
        fields: result.error.issues.slice(0, 20).map((issue) => ({
          field: [result.target, ...issue.path].join("."),
          message: issue.message,
        })),
      });
    },
  });
}

const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]),
    detail: z.string().optional(),
    retry: z.boolean(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    request_id: z.string(),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

/** The problem answers of a route, from the table of failures. */
export function problems<const Codes extends readonly FailureCode[]>(...codes: Codes) {
  const byStatus = new Map<number, FailureCode[]>();
  for (const code of [...codes, "internal"] as FailureCode[]) {
    const { status } = failures[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      { description: those.map((code) => `\`${code}\`: ${failures[code].says}`).join(" "), content: { [problemContentType]: { schema: ProblemBody } } },
    ]),
  );
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** For public answers that show images: a removed one must be gone within a second, so none may be kept longer. */
export const briefly = { "cache-control": "public, max-age=1" };

/** For answers to one viewer alone. */
export const own = { "cache-control": "private, no-store" };

/** For public answers that a known viewer gets as they chose: caches between us must not hand one's to another. */
export function byViewer(c: Context<EdgeEnv>, viewer: Viewer | undefined): Record<"cache-control", string> {
  c.header("vary", "authorization", { append: true });
  return viewer === undefined ? briefly : own;
}

export const bearerAuth = [{ bearer: [] }];
export { createRoute, type RouteConfig };

import { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import { ImageId, variantSteps } from "#shared/contract/image.ts";
import type { Services } from "../services.ts";
import { createRoute, problems, router } from "./router.ts";

const variant = createRoute({
  method: "get",
  path: "/media/{id}/{file}",
  summary: "A WebP file of an image",
  request: {
    params: z.object({
      id: ImageId,
      file: z.enum(variantSteps.map((step) => `${step}.webp` as const)).meta({ description: "Widest first step that is enough; narrower images answer with what they have" }),
    }),
  },
  responses: {
    200: { description: "The file; it never changes", content: { "image/webp": { schema: z.string().meta({ format: "binary" }) } } },
    304: { description: "What you have is right" },
    ...problems("request.invalid", "image.not_found"),
  },
});

export const mediaRoutes = ({ bucket }: Pick<Services, "bucket">) =>
  router().openapi(variant, async (c) => {
    const { id, file } = c.req.valid("param");
    const found = await bucket.variant(id, Number.parseInt(file, 10));
    if (found === null) throw new Failure("image.not_found");
    const headers = new Headers({ "cache-control": "public, max-age=31536000, immutable", etag: found.httpEtag, "cross-origin-resource-policy": "cross-origin" });
    if (names(c.req.header("if-none-match"), found.httpEtag)) {
      await found.body.cancel();
      return new Response(null, { status: 304, headers });
    }
    found.writeHttpMetadata(headers);
    headers.set("content-length", String(found.size));
    return new Response(found.body, { headers });
  });

/** Whether an `If-None-Match` names this tag, compared weakly (RFC 9110 §13.1.2); what is no tag names nothing. */
function names(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  if (condition.trim() === "*") return true;
  return condition.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

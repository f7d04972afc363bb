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
    const found = await bucket.variant(id, Number.parseInt(file, 10), { headers: c.req.raw.headers });
    if (found === null) throw new Failure("image.not_found");
    const headers = new Headers({ "cache-control": "public, max-age=31536000, immutable", etag: found.httpEtag, "cross-origin-resource-policy": "cross-origin" });
    if (!("body" in found)) return new Response(null, { status: 304, headers });
    found.writeHttpMetadata(headers);
    headers.set("content-length", String(found.size));
    return new Response(found.body, { headers });
  });

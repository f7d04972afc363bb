import { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import { ImageId } from "#shared/contract/image.ts";
import { signedByNode } from "../middleware/signed-by-node.ts";
import type { Services } from "../services.ts";
import { createRoute, problems, router } from "./router.ts";

const original = createRoute({
  method: "get",
  path: "/v1/images/{id}/original",
  summary: "An image as it came, for the node that embeds it anew",
  security: [{ nodeSignature: [] }],
  middleware: [signedByNode] as const,
  request: { params: z.object({ id: ImageId }) },
  responses: {
    200: { description: "The bytes whose digest names the image", content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } } },
    ...problems(
      "signature.missing", "signature.unknown_key", "signature.invalid", "signature.digest_mismatch", "signature.expired", "signature.future", "signature.replayed",
      "signature.wrong_audience", "rate.limited", "request.invalid", "image.not_found", "store.away",
    ),
  },
});

/** Originals are for no viewer: variants are made so that what a camera wrote into a file stays here. */
export const originalRoutes = ({ images, bucket }: Pick<Services, "images" | "bucket">) =>
  router().openapi(original, async (c) => {
    const { id } = c.req.valid("param");
    const [known] = await images.byIds([id]);
    const found = known === undefined ? null : await bucket.original(id);
    if (found === null) throw new Failure("image.not_found");
    return new Response(found.body, { headers: { "content-type": "application/octet-stream", "content-length": String(found.size), "cache-control": "no-store" } });
  });

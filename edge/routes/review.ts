import { z } from "zod";
import { ImageId } from "#shared/contract/image.ts";
import { Reviewed, ReviewPage, ReviewQuery, ReviewVerdict, Scored } from "#shared/contract/review.ts";
import { authenticate } from "../middleware/authenticate.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { bearerAuth, createRoute, json, own, problems, router } from "./router.ts";

const reading = [authenticate("operator"), rateLimit("read")];
const always = ["auth.missing", "auth.invalid", "auth.scope", "request.invalid", "rate.limited", "store.away"] as const;
const Id = z.object({ id: ImageId });

const queue = createRoute({
  method: "get", path: "/v1/review", summary: "Images that wait for an operator, the longest waiting first", security: bearerAuth, middleware: reading,
  request: { query: ReviewQuery },
  responses: { 200: json(ReviewPage, "A page of the queue"), ...problems(...always) },
});
const picture = createRoute({
  method: "get", path: "/v1/review/{id}/picture", summary: "An image that waits, as operators see it", security: bearerAuth, middleware: reading,
  request: { params: Id },
  responses: {
    200: { description: "A WebP file", content: { "image/webp": { schema: z.string().meta({ format: "binary" }) } } },
    ...problems(...always, "review.not_found"),
  },
});
const decide = createRoute({
  method: "post", path: "/v1/review/{id}", summary: "Lets viewers see a waiting image, or never", security: bearerAuth,
  middleware: [authenticate("operator"), rateLimit("write"), bodyLimit(4_096)],
  request: { params: Id, body: { required: true, content: { "application/json": { schema: ReviewVerdict } } } },
  responses: {
    200: json(Reviewed, "Decided; an approved image can be shown at once"),
    ...problems(...always, "request.malformed", "request.unsupported_type", "body.too_large", "review.not_found", "image.original_gone", "image.corrupt", "gpu.busy", "node.away"),
  },
});

const score = createRoute({
  method: "post", path: "/v1/review/score", summary: "Looks at images that were stored before they were scored; asked again, it goes on", security: bearerAuth,
  middleware: [authenticate("operator"), rateLimit("write"), bodyLimit(4_096)],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(24) }) },
  responses: { 200: json(Scored, "How many it looked at, and how many are left"), ...problems(...always, "body.too_large", "image.corrupt", "gpu.busy", "node.away") },
});

export const reviewRoutes = ({ reviewImages, scoreImages }: Pick<Services, "reviewImages" | "scoreImages">) =>
  router()
    .openapi(score, async (c) => c.json(await scoreImages(c.req.valid("query").limit, c.var.asking), 200))
    .openapi(queue, async (c) => {
      const { after, limit } = c.req.valid("query");
      return c.json(await reviewImages.page(after, limit), 200, own);
    })
    .openapi(picture, async (c) => new Response(await reviewImages.picture(c.req.valid("param").id), { headers: { ...own, "content-type": "image/webp" } }))
    .openapi(decide, async (c) => c.json(await reviewImages.decide(c.req.valid("param").id, c.req.valid("json"), c.var.asking.requestId), 200));

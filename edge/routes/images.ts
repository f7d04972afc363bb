import { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import { Image, ImageId, ImageLabels, Removal, RemovalQuery, SimilarImages, StoredImage } from "#shared/contract/image.ts";
import { HeldImage } from "#shared/contract/review.ts";
import { mostUnsafe } from "#shared/contract/safety.ts";
import { authenticate, viewerIfKnown } from "../middleware/authenticate.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { bearerAuth, byViewer, createRoute, json, problems, router } from "./router.ts";

export const originalLimitBytes = 20 * 1024 * 1024;

const Id = z.object({ id: ImageId });

const one = createRoute({
  method: "get",
  path: "/v1/images/{id}",
  summary: "One image",
  middleware: [rateLimit("read")] as const,
  request: { params: Id },
  responses: { 200: json(Image, "The image"), ...problems("request.invalid", "image.not_found", "image.withheld", "rate.limited", "store.away") },
});

const similar = createRoute({
  method: "get",
  path: "/v1/images/{id}/similar",
  summary: "The nearest images to one",
  middleware: [rateLimit("read")] as const,
  request: { params: Id, query: z.object({ limit: z.coerce.number().int().min(1).max(48).default(12) }) },
  responses: { 200: json(SimilarImages, "Nearest first"), ...problems("request.invalid", "image.not_found", "rate.limited", "store.away") },
});

const Upload = z.object({
  file: z.instanceof(File).meta({ type: "string", format: "binary" }),
  labels: z.string().max(16_384).optional().meta({ description: "ImageLabels as JSON" }),
});

const upload = createRoute({
  method: "post",
  path: "/v1/images",
  summary: "Stores an image; the same bytes are stored once",
  security: bearerAuth,
  middleware: [authenticate("operator"), rateLimit("write"), bodyLimit(originalLimitBytes + 64 * 1024)] as const,
  request: { body: { required: true, content: { "multipart/form-data": { schema: Upload } } } },
  responses: {
    200: json(StoredImage, "It was there already"),
    201: json(StoredImage, "Stored"),
    202: json(HeldImage, "Kept, and shown to nobody until an operator has reviewed it"),
    ...problems(
      "auth.missing", "auth.invalid", "auth.scope", "request.invalid", "request.malformed", "request.unsupported_type", "body.too_large", "rate.limited",
      "image.removed", "image.empty", "image.not_an_image", "image.too_many_pixels", "image.too_small", "image.too_large", "image.corrupt",
      "gpu.busy", "node.away", "store.away",
    ),
  },
});

const always = ["auth.missing", "auth.invalid", "auth.scope", "request.invalid", "body.too_large", "rate.limited", "image.not_found", "store.away"] as const;
const operating = [authenticate("operator"), rateLimit("write"), bodyLimit(4_096)];

const remove = createRoute({
  method: "delete",
  path: "/v1/images/{id}",
  summary: "Removes an image from every page, list, search and cache within a second",
  security: bearerAuth,
  middleware: operating,
  request: { params: Id, query: RemovalQuery },
  responses: { 200: json(Removal, "Nothing shows it any more; asking again removes it again"), ...problems(...always) },
});

const restore = createRoute({
  method: "post",
  path: "/v1/images/{id}/restore",
  summary: "Brings a removed image back",
  security: bearerAuth,
  middleware: operating,
  request: { params: Id },
  responses: {
    200: json(Image, "It can be shown again"),
    ...problems(...always, "image.original_gone", "image.corrupt", "gpu.busy", "node.away"),
  },
});

export const imageRoutes = (
  { images, similarImages, safetyLevelOf, storeImage, removeImage, restoreImage }: Pick<Services, "images" | "similarImages" | "safetyLevelOf" | "storeImage" | "removeImage" | "restoreImage">,
) =>
  router()
    .openapi(one, async (c) => {
      const { id } = c.req.valid("param");
      const viewer = await viewerIfKnown(c);
      const [image] = await images.byIds([id], mostUnsafe[await safetyLevelOf(viewer?.id)]);
      if (image === undefined) throw new Failure((await images.byIds([id])).length === 0 ? "image.not_found" : "image.withheld");
      return c.json(image, 200, byViewer(c, viewer));
    })
    .openapi(similar, async (c) => {
      const viewer = await viewerIfKnown(c);
      const items = await similarImages(c.req.valid("param").id, c.req.valid("query").limit, mostUnsafe[await safetyLevelOf(viewer?.id)]);
      return c.json({ items }, 200, byViewer(c, viewer));
    })
    .openapi(remove, async (c) => c.json(await removeImage(c.req.valid("param").id, c.req.valid("query"), c.var.asking), 200))
    .openapi(restore, async (c) => c.json(await restoreImage(c.req.valid("param").id, c.var.asking.requestId), 200))
    .openapi(upload, async (c) => {
      const { file, labels } = c.req.valid("form");
      const original = new Uint8Array(await file.arrayBuffer());
      const stored = await storeImage(original, readLabels(labels), c.var.asking.requestId);
      if ("held" in stored) return c.json(stored, 202);
      return stored.already_there ? c.json(stored, 200) : c.json(stored, 201);
    });

function readLabels(text: string | undefined): ImageLabels {
  let raw: unknown = {};
  try {
    if (text !== undefined) raw = JSON.parse(text);
  } catch {
    throw new Failure("request.invalid", { fields: [{ field: "form.labels", message: "is not JSON" }] });
  }
  const parsed = ImageLabels.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new Failure("request.invalid", {
    fields: parsed.error.issues.slice(0, 20).map((issue) => ({ field: ["form.labels", ...issue.path].join("."), message: issue.message })),
  });
}

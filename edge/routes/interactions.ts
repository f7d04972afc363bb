import { InteractionBatch, InteractionReceipt } from "#shared/contract/interaction.ts";
import { authenticate } from "../middleware/authenticate.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { bearerAuth, createRoute, json, problems, router } from "./router.ts";

/** A hundred full events are under 40 KB. */
const bodyLimitBytes = 128 * 1024;

const record = createRoute({
  method: "post",
  path: "/v1/interactions",
  summary: "What the viewer did, in batches",
  security: bearerAuth,
  middleware: [authenticate("viewer"), rateLimit("write"), bodyLimit(bodyLimitBytes)] as const,
  request: { body: { required: true, content: { "application/json": { schema: InteractionBatch } } } },
  responses: {
    202: json(InteractionReceipt, "Stored for good; events sent before count as duplicates"),
    ...problems("auth.missing", "auth.invalid", "auth.scope", "viewer.erased", "request.invalid", "request.malformed", "request.unsupported_type", "body.too_large", "rate.limited", "store.away"),
  },
});

export const interactionRoutes = ({ recordInteractions }: Pick<Services, "recordInteractions">) =>
  router().openapi(record, async (c) => {
    const { events } = c.req.valid("json");
    return c.json(await recordInteractions(c.var.viewer.id, events, c.var.asking), 202);
  });

// First, because it extends zod: schemas made before it would lack what it adds.
import "@hono/zod-openapi";
import { Failure, problemResponse } from "#shared/contract/failures.ts";
import { createApp } from "./app.ts";
import type { Asking } from "./asking.ts";
import { parseEnv, type Bindings } from "./env.ts";
import { describe, log } from "./log.ts";
import { connectServices, type Services } from "./services.ts";

/** Images stored without a score that each scheduled run looks at. */
const scoredAtOnce = 24;

type RawEnv = Bindings & Record<string, unknown>;
interface Edge {
  app: ReturnType<typeof createApp>;
  services: Services;
}

/** Built at an isolate's first request; a failure is not kept, so that mended settings need no new isolate. */
let edge: Promise<Edge> | undefined;

function startEdge(raw: RawEnv): Promise<Edge> {
  edge ??= connectServices(parseEnv(raw)).then((services) => ({ services, app: createApp(services) }));
  edge.catch(() => (edge = undefined));
  return edge;
}

export default {
  async fetch(request, raw, context) {
    try {
      const { app } = await startEdge(raw);
      return await app.fetch(request, raw, context);
    } catch (error) {
      const requestId = crypto.randomUUID();
      log({ event: "request.failed", request_id: requestId, method: request.method, route: new URL(request.url).pathname, error: describe(error) });
      return problemResponse(new Failure("internal"), requestId);
    }
  },

  async scheduled(_event, raw, context) {
    const { services } = await startEdge(raw);
    const requestId = crypto.randomUUID();
    const asking: Asking = {
      requestId,
      background: (work, promise) =>
        context.waitUntil(promise.catch((error: unknown) => log({ event: "background.failed", request_id: requestId, work, error: describe(error) }))),
    };
    await services.refreshPopular(asking);
    asking.background("score", services.scoreImages(scoredAtOnce, asking));
  },
} satisfies ExportedHandler<RawEnv>;

import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import type { Server } from "node:http";
import { Failure } from "#shared/contract/failures.ts";
import { secondMs } from "#shared/kernel/clock.ts";
import { embedRoutes } from "./routes/embed.ts";
import { feedRoutes } from "./routes/feed.ts";
import { imageRoutes } from "./routes/images.ts";
import { ingestRoutes } from "./routes/ingest.ts";
import { modelRoutes } from "./routes/models.ts";
import { tasteRoutes } from "./routes/taste.ts";
import { failureHandler, notFoundHandler, signedApi, type SignedApiEnv, type SignedApiParts } from "./runtime/signed-api.ts";
import type { Services } from "./services.ts";

const mebibyte = 1024 * 1024;

/** The largest original taken, and the largest of all other bodies. */
export const originalLimitBytes = 25 * mebibyte;
const jsonLimitBytes = mebibyte / 4;

const loopback = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

type Signed = Pick<SignedApiParts, "keys" | "nonces" | "notBeforeMs" | "tag" | "signer">;

/** The node's whole API: signed under /v1, health open, metrics for this machine alone. */
function nodeApp(services: Services, signed: Signed): Hono<SignedApiEnv> {
  const { log, metrics, clock } = services;
  const app = new Hono<SignedApiEnv>();
  app.onError(failureHandler(log));
  app.notFound(notFoundHandler);
  app.use("*", requestId());

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/metrics", async (c) => {
    if (!loopback.has(getConnInfo(c).remote.address ?? "")) throw new Failure("request.not_found");
    return c.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType });
  });

  app.use("/v1/*", signedApi({ ...signed, clock, log, metrics, bodyLimitBytes }));
  app.route("/v1/feed", feedRoutes(services));
  app.route("/v1/taste", tasteRoutes(services));
  app.route("/v1/ingest", ingestRoutes(services));
  app.route("/v1/images", imageRoutes(services));
  app.route("/v1/embed", embedRoutes(services));
  app.route("/v1/models", modelRoutes(services));

  return app;
}

/** Answers each request by the services of the moment it came in: one that began before these were replaced ends as it began. */
export function nodeServer(services: () => Services, signed: Signed): Server {
  let made: { of: Services; app: Hono<SignedApiEnv> } | undefined;
  const app = (): Hono<SignedApiEnv> => {
    const now = services();
    if (made?.of !== now) made = { of: now, app: nodeApp(now, signed) };
    return made.app;
  };
  const server = createAdaptorServer({ fetch: (request, env) => app().fetch(request, env) }) as Server;
  server.headersTimeout = 10 * secondMs;
  server.requestTimeout = 60 * secondMs;
  server.keepAliveTimeout = 75 * secondMs;
  // Far above what is let in: idle connections that a crowd left behind must not keep the next one out.
  server.maxConnections = 4_096;
  return server;
}

function bodyLimitBytes(path: string): number {
  return path === "/v1/ingest" || path === "/v1/ingest/look" || path === "/v1/embed/images" ? originalLimitBytes : jsonLimitBytes;
}

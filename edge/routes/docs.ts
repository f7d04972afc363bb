import type { OpenAPIHono } from "@hono/zod-openapi";
import { Interaction } from "#shared/contract/interaction.ts";
import type { EdgeEnv } from "../middleware/request-context.ts";

/** The OpenAPI 3.1 document, generated from the contract the routes parse with, and a page to read it. */
export function documentApi(app: OpenAPIHono<EdgeEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  app.openAPIRegistry.registerComponent("securitySchemes", "nodeSignature", { type: "apiKey", in: "header", name: "signature", description: "HTTP Message Signatures (RFC 9421) by the edge's own node" });
  app.openAPIRegistry.register("Interaction", Interaction);
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "MiraVeja",
      version: "1",
      description: "A feed of images that learns a person's many tastes while they scroll. Errors are problem+json with a stable `code`.",
    },
  });
  app.get("/docs", (c) => c.html(docsPage));
}

const docsPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>MiraVeja API</title><link rel="stylesheet" href="/docs.css"><script type="module" src="/docs.js"></script>
<body><main id="api"><noscript>Read <a href="/openapi.json">/openapi.json</a>.</noscript></main></body></html>`;

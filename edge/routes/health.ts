import { Health } from "#shared/contract/session.ts";
import type { Services } from "../services.ts";
import { createRoute, json, router } from "./router.ts";

const live = createRoute({ method: "get", path: "/healthz", summary: "Whether the edge runs", responses: { 200: json(Health, "It does") } });
const ready = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Whether its stores answer; a node that is away only degrades it",
  responses: { 200: json(Health, "Ready, perhaps degraded"), 503: json(Health, "The database is away") },
});

export const healthRoutes = ({ checkHealth }: Pick<Services, "checkHealth">) =>
  router()
    .openapi(live, (c) => c.json({ status: "ok" as const, checks: {} }, 200))
    .openapi(ready, async (c) => {
      const checks = await checkHealth();
      const status = Object.values(checks).every((check) => check === "ok") ? ("ok" as const) : ("degraded" as const);
      return c.json({ status, checks }, checks["database"] === "ok" ? 200 : 503, { "cache-control": "no-store" });
    });

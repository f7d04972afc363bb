import { Session } from "#shared/contract/session.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { createRoute, json, problems, router } from "./router.ts";
import type { Services } from "../services.ts";

const start = createRoute({
  method: "post",
  path: "/v1/session",
  summary: "A guest viewer and their token",
  middleware: [rateLimit("session")] as const,
  responses: { 201: json(Session, "The new guest"), ...problems("auth.guests_closed", "rate.limited") },
});

export const sessionRoutes = ({ tokens }: Pick<Services, "tokens">) =>
  router().openapi(start, async (c) => c.json(await tokens.issueGuest(), 201, { "cache-control": "no-store" }));

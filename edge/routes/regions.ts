import { RegionList } from "#shared/contract/region.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { createRoute, json, problems, router } from "./router.ts";

const all = createRoute({
  method: "get",
  path: "/v1/regions",
  summary: "The regions of the whole gallery",
  middleware: [rateLimit("read")] as const,
  responses: { 200: json(RegionList, "Largest first"), ...problems("rate.limited", "store.away") },
});

export const regionRoutes = ({ listRegions }: Pick<Services, "listRegions">) =>
  router().openapi(all, async (c) => c.json({ regions: await listRegions() }, 200, { "cache-control": "public, max-age=60" }));

import { z } from "zod";
import { RegionDetail, RegionId, RegionList } from "#shared/contract/region.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { briefly, createRoute, json, problems, router } from "./router.ts";

const all = createRoute({
  method: "get",
  path: "/v1/regions",
  summary: "The regions of the whole gallery, and how lively each is",
  middleware: [rateLimit("read")] as const,
  responses: { 200: json(RegionList, "Largest first"), ...problems("rate.limited", "store.away") },
});

const one = createRoute({
  method: "get",
  path: "/v1/regions/{id}",
  summary: "One region: its images, the regions beside it, and where people move on to",
  middleware: [rateLimit("read")] as const,
  request: { params: z.object({ id: RegionId }) },
  responses: { 200: json(RegionDetail, "The region"), ...problems("request.invalid", "region.not_found", "rate.limited", "store.away") },
});

export const regionRoutes = ({ listRegions, describeRegion }: Pick<Services, "listRegions" | "describeRegion">) =>
  router()
    .openapi(all, async (c) => c.json({ regions: await listRegions() }, 200, briefly))
    .openapi(one, async (c) => c.json(await describeRegion(c.req.valid("param").id), 200, briefly));

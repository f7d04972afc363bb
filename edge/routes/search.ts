import { SearchPage, SearchQuery } from "#shared/contract/search.ts";
import { viewerIfKnown } from "../middleware/authenticate.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { byViewer, createRoute, json, problems, router } from "./router.ts";

const search = createRoute({
  method: "get",
  path: "/v1/search",
  summary: "Images that a text describes",
  middleware: [rateLimit("read")] as const,
  request: { query: SearchQuery },
  responses: {
    200: json(SearchPage, "Best first; with a token, without what the viewer hid. No image is on two pages of one search"),
    ...problems("request.invalid", "search.cursor_invalid", "rate.limited", "store.away"),
  },
});

export const searchRoutes = ({ searchImages, safetyLevelOf }: Pick<Services, "searchImages" | "safetyLevelOf">) =>
  router().openapi(search, async (c) => {
    const viewer = await viewerIfKnown(c);
    const safety = await safetyLevelOf(viewer?.id);
    return c.json(await searchImages(viewer?.id ?? null, safety, c.req.valid("query"), c.var.asking.requestId), 200, byViewer(c, viewer));
  });

import { SearchPage, SearchQuery } from "#shared/contract/search.ts";
import { viewerIfKnown } from "../middleware/authenticate.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { createRoute, json, problems, router } from "./router.ts";

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

/** A removed image is gone within a second, so no copy lasts longer. */
const shared = { "cache-control": "public, max-age=1" };
const own = { "cache-control": "private, no-store" };

export const searchRoutes = ({ searchImages }: Pick<Services, "searchImages">) =>
  router().openapi(search, async (c) => {
    const viewer = await viewerIfKnown(c);
    c.header("vary", "authorization", { append: true });
    return c.json(await searchImages(viewer?.id ?? null, c.req.valid("query"), c.var.asking.requestId), 200, viewer === undefined ? shared : own);
  });

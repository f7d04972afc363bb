import { FeedPage, FeedQuery, PopularPage, PopularQuery } from "#shared/contract/feed.ts";
import { authenticate, viewerIfKnown } from "../middleware/authenticate.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import type { Services } from "../services.ts";
import { bearerAuth, byViewer, createRoute, json, problems, router } from "./router.ts";

const page = createRoute({
  method: "get",
  path: "/v1/feed",
  summary: "A page of the viewer's feed",
  security: bearerAuth,
  middleware: [authenticate("viewer"), rateLimit("read")] as const,
  request: { query: FeedQuery },
  responses: {
    200: json(FeedPage, "The page; no image of it was on an earlier page of this stream"),
    ...problems("auth.missing", "auth.invalid", "auth.scope", "viewer.erased", "request.invalid", "feed.cursor_invalid", "feed.cursor_expired",
      "invitation.not_found", "invitation.expired", "invitation.own", "rate.limited", "store.away"),
  },
});

const popular = createRoute({
  method: "get",
  path: "/v1/feed/popular",
  summary: "What many like, for everyone",
  middleware: [rateLimit("read")] as const,
  request: { query: PopularQuery },
  responses: { 200: json(PopularPage, "Most liked first"), ...problems("request.invalid", "region.not_found", "rate.limited", "store.away") },
});

export const feedRoutes = ({ serveFeed, popularFeed, safetyLevelOf }: Pick<Services, "serveFeed" | "popularFeed" | "safetyLevelOf">) =>
  router()
    .openapi(page, async (c) => {
      const body = await serveFeed(c.get("viewer").id, c.req.valid("query"), c.get("asking"));
      // The body was made whole when it was composed; it goes out as it is.
      return new Response(body, { headers: { "content-type": "application/json", "cache-control": "private, no-store" } }) as never;
    })
    .openapi(popular, async (c) => {
      const { asking } = c.var;
      const viewer = await viewerIfKnown(c);
      const query = { ...c.req.valid("query"), safety: await safetyLevelOf(viewer?.id) };
      const found = await popularFeed.page(query, (work) => asking.background("popular", work));
      return c.json(found, 200, byViewer(c, viewer));
    });

import { answerHeaders } from "./middleware/answer-headers.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { onError, notFound } from "./middleware/on-error.ts";
import { requestContext } from "./middleware/request-context.ts";
import { documentApi } from "./routes/docs.ts";
import { feedRoutes } from "./routes/feed.ts";
import { healthRoutes } from "./routes/health.ts";
import { imageRoutes } from "./routes/images.ts";
import { interactionRoutes } from "./routes/interactions.ts";
import { meRoutes } from "./routes/me.ts";
import { mediaRoutes } from "./routes/media.ts";
import { originalRoutes } from "./routes/originals.ts";
import { regionRoutes } from "./routes/regions.ts";
import { reviewRoutes } from "./routes/review.ts";
import { router } from "./routes/router.ts";
import { searchRoutes } from "./routes/search.ts";
import { sessionRoutes } from "./routes/session.ts";
import { socialRoutes } from "./routes/social.ts";
import type { Services } from "./services.ts";

/** The whole edge as one Hono app over its services. */
export function createApp(services: Services) {
  const app = router();
  app.onError(onError);
  app.notFound(notFound(app));
  app.use(requestContext(services));
  app.use(answerHeaders);
  app.use(crossOrigin(services.allowedOrigins));
  for (const routes of [
    sessionRoutes(services),
    feedRoutes(services),
    interactionRoutes(services),
    imageRoutes(services),
    mediaRoutes(services),
    originalRoutes(services),
    searchRoutes(services),
    reviewRoutes(services),
    meRoutes(services),
    regionRoutes(services),
    socialRoutes(services),
    healthRoutes(services),
  ]) app.route("/", routes);
  documentApi(app);
  return app;
}

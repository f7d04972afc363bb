import { defaultSettings } from "#shared/contract/taste.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { importSigner, parseKeySet } from "#shared/security/keys.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";
import { edgeTag, verifyRequest, type RequestHead } from "#shared/security/request-signature.ts";
import { signedFetch } from "#shared/security/signed-fetch.ts";
import { sql } from "#shared/stores/database.ts";
import { imageSearch } from "#shared/stores/image-search.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { invitationStore } from "#shared/stores/invitation-store.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { pageStore } from "#shared/stores/page-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { qdrantStore } from "#shared/stores/qdrant-store.ts";
import { regionStore } from "#shared/stores/region-store.ts";
import { removalStore } from "#shared/stores/removal-store.ts";
import { reviewStore } from "#shared/stores/review-store.ts";
import { scoreStore } from "#shared/stores/score-store.ts";
import { socialView } from "#shared/stores/social-view.ts";
import { buildTasteView } from "#shared/stores/taste-view.ts";
import { tasteStore } from "#shared/stores/taste-store.ts";
import { viewerStore } from "#shared/stores/viewer-store.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Asking } from "./asking.ts";
import { imageBucket } from "./clients/image-bucket.ts";
import { isolateLimit, type Limiter } from "./clients/isolate-limit.ts";
import { latelyRemoved } from "./clients/lately-removed.ts";
import { nodeClient } from "./clients/node-client.ts";
import { pageCache } from "./clients/page-cache.ts";
import { connectRedis } from "./clients/redis.ts";
import { tokens } from "./clients/token-verifier.ts";
import { waitingPages } from "./clients/waiting-pages.ts";
import type { Env } from "./env.ts";
import { fallbackFeed } from "./feed/fallback-feed.ts";
import { feedPlaces } from "./feed/feed-place.ts";
import { popularFeed } from "./feed/popular-feed.ts";
import { serveFeed } from "./feed/serve-feed.ts";
import { removeImage } from "./images/remove-image.ts";
import { restoreImage } from "./images/restore-image.ts";
import { reviewImages } from "./images/review-images.ts";
import { scoreImages } from "./images/score-images.ts";
import { similarImages } from "./images/similar-images.ts";
import { storeImage } from "./images/store-image.ts";
import { withdrawFromLists, withdrawImage } from "./images/withdraw-image.ts";
import { describeRegion } from "./regions/describe-region.ts";
import { listRegions } from "./regions/list-regions.ts";
import { regionKnown } from "./regions/region-known.ts";
import { foundLists } from "./search/found-lists.ts";
import { searchImages } from "./search/search-images.ts";
import { searchPlaces } from "./search/search-place.ts";
import { textVectors } from "./search/text-vectors.ts";
import { invitations } from "./social/invitations.ts";
import { listCommunities } from "./social/list-communities.ts";
import { readNeighbours } from "./social/shared-taste.ts";
import { announce } from "./viewer/announce.ts";
import { controlTaste } from "./viewer/control-taste.ts";
import { currentSpace } from "./viewer/current-space.ts";
import { dataRights } from "./viewer/data-rights.ts";
import { readTaste } from "./viewer/read-taste.ts";
import { recordInteractions } from "./viewer/record-interactions.ts";
import { safetyLevelOf } from "./viewer/safety-level.ts";

/** Everything the routes ask for, wired once an isolate. */
export type Services = Awaited<ReturnType<typeof connectServices>>;

export async function connectServices(env: Env) {
  const { settings } = env;
  const clock = Date.now;
  const database = neonDatabase(settings.DATABASE_URL, settings.DATABASE_ENDPOINT);
  const redis = connectRedis(settings);
  const [signer, nodeKeys] = await Promise.all([
    importSigner(settings.EDGE_KEY_ID, settings.EDGE_PRIVATE_KEY),
    parseKeySet(settings.NODE_PUBLIC_KEYS),
  ]);
  const node = nodeClient(
    signedFetch({ fetch: (url, init) => fetch(url, init), clock, signer, tag: settings.NODE_ID, baseUrl: settings.NODE_URL, nodeKeys }),
    clock,
  );
  const nonces = new MemoryNonces(clock, 10_000);
  const vectors =
    settings.VECTOR_STORE === "qdrant"
      ? qdrantStore({ url: settings.QDRANT_URL!, ...(settings.QDRANT_API_KEY === undefined ? {} : { apiKey: settings.QDRANT_API_KEY }) })
      : pgvectorStore(database);
  const images = imageStore(database);
  const log = interactionLog(database);
  const removals = removalStore(database);
  const reviews = reviewStore(database);
  const lately = latelyRemoved(redis);
  const viewers = viewerStore(database);
  const tastes = tasteStore(database);
  const regions = regionStore(database);
  const pages = pageCache(redis);
  const bucket = imageBucket(env.IMAGES);
  const places = feedPlaces(settings.CURSOR_SECRETS, clock);
  const space = currentSpace(database, clock);
  const popular = popularFeed({ redis, images, clock, regionKnown: regionKnown({ regions, currentSpace: space, clock }), cache: () => caches.open("popular") });
  const fallback = fallbackFeed({ pages: pageStore(database), tastes, vectors, popular, images, viewers, log, currentSpace: space, clock });
  const social = socialView(database);
  const together = invitations({ store: invitationStore(database), clock });
  const neighbours = readNeighbours({ social, viewers, tastes, regions, images, currentSpace: space });
  const regionParts = { regions, social, images, currentSpace: space };
  const fromLists = withdrawFromLists({ removals, waitingPages: waitingPages(redis), popular });
  const withdraw = withdrawImage({ bucket, vectors, lately, fromLists, node, clock });
  const restore = restoreImage({ images, removals, bucket, lately, node });
  const tell = announce({ pageCache: pages, node });
  const tasteNow = readTaste({
    node,
    lastKnown: async (viewerId) => {
      const [known, chosen] = await Promise.all([space(), viewers.settings(viewerId)]);
      const taste = known === undefined ? undefined : await tastes.load(viewerId, known);
      const viewer = { taste: taste ?? emptyTaste(viewerId, known ?? ""), settings: chosen };
      return buildTasteView({ database, images, vectors, regions }, viewer, { now: clock(), stale: true });
    },
  });

  return {
    tokens: tokens(settings, clock),
    limits: limitsOf(env, clock),
    allowedOrigins: settings.ALLOWED_ORIGINS,
    /** Throws `SignatureRefused`. Nonces are an isolate's own: what a replay could get never changes. */
    verifyNode: (head: RequestHead) => verifyRequest(head, { keys: () => nodeKeys, nonces, clock, notBeforeMs: 0, tag: edgeTag(settings.NODE_ID) }),
    images,
    bucket,
    popularFeed: popular,
    serveFeed: serveFeed({ places, pageCache: pages, node, fallback, images, companions: together.companions, clock }),
    recordInteractions: recordInteractions({ log, announce: tell, clock }),
    controlTaste: controlTaste({ log, viewers, pageCache: pages, readTaste: tasteNow, announce: tell, clock }),
    readTaste: tasteNow,
    dataRights: dataRights({ viewers, tastes, neighbours, pageCache: pages, popular, node, currentSpace: space, clock }),
    similarImages: similarImages({ images, vectors, currentSpace: space }),
    searchImages: searchImages({
      images, vectors, log, currentSpace: space,
      search: imageSearch(database), textVectors: textVectors({ redis, node, clock }), lists: foundLists(redis), places: searchPlaces(settings.CURSOR_SECRETS),
    }),
    storeImage: storeImage({ images, removals, reviews, bucket, node }),
    reviewImages: reviewImages({ reviews, bucket, restoreImage: restore }),
    safetyLevelOf: safetyLevelOf(viewers),
    removeImage: removeImage({ removals, bucket, withdraw }),
    scoreImages: scoreImages({ scores: scoreStore(database), reviews, bucket, node, withdraw, fromLists }),
    restoreImage: restore,
    listRegions: listRegions(regionParts),
    describeRegion: describeRegion(regionParts),
    readNeighbours: neighbours,
    listCommunities: listCommunities({ social, images, currentSpace: space }),
    invitations: together,
    /** Warms what every visitor asks for, so that no visitor waits for it. */
    refreshPopular: (asking: Asking) =>
      Promise.all(
        (["day", "week", "all"] as const).map((window) =>
          popular.page({ window, limit: 24, safety: defaultSettings.safety }, (work) => asking.background("popular", work)),
        ),
      ),
    checkHealth: async (): Promise<Record<"database" | "cache" | "node", "ok" | "away">> => {
      const answers = async (work: Promise<unknown>) => work.then(() => "ok" as const, () => "away" as const);
      const [db, cache, gpu] = await Promise.all([
        answers(database.query(sql("select 1"))),
        answers(redis.ping()),
        answers(fetch(new URL("/healthz", settings.NODE_URL), { signal: AbortSignal.timeout(1_000) }).then((response) => {
          if (!response.ok) throw new Error(`the node answered ${response.status}`);
        })),
      ]);
      return { database: db, cache, node: gpu };
    },
  };
}

/** Requests a minute, as wrangler.toml sets them for the bindings. */
const perMinute = { session: 60, read: 600, write: 600 };

function limitsOf({ settings, SESSION_LIMIT, READ_LIMIT, WRITE_LIMIT }: Env, clock: Clock): Record<keyof typeof perMinute, Limiter> {
  if (settings.RATE_LIMITS === "bindings") return { session: SESSION_LIMIT, read: READ_LIMIT, write: WRITE_LIMIT };
  const { session, read, write } = perMinute;
  return { session: isolateLimit(session, clock), read: isolateLimit(read, clock), write: isolateLimit(write, clock) };
}

import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import type { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import type { ViewerExport } from "#shared/contract/session.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { TasteStore } from "#shared/stores/taste-store.ts";
import type { ViewerStore } from "#shared/stores/viewer-store.ts";
import type { Asking } from "../asking.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { PageCache } from "../clients/page-cache.ts";
import type { PopularFeed } from "../feed/popular-feed.ts";
import type { ReadNeighbours } from "../social/shared-taste.ts";
import type { CurrentSpace } from "./current-space.ts";

/** What a viewer may ask about themselves: to have all of it, and to have none of it left. */
export interface DataRights {
  everything(viewerId: string): Promise<z.infer<typeof ViewerExport>>;
  /** Done, or refused as a whole: then asking again finishes it. */
  erase(viewerId: string, asking: Asking): Promise<void>;
  isErased(viewerId: string): Promise<boolean>;
}

export interface DataRightsParts {
  viewers: ViewerStore;
  tastes: TasteStore;
  neighbours: ReadNeighbours;
  pageCache: PageCache;
  popular: Pick<PopularFeed, "forget">;
  node: Pick<NodeClient, "forget">;
  currentSpace: CurrentSpace;
  clock: Clock;
}

export function dataRights({ viewers, tastes, neighbours, pageCache, popular, node, currentSpace, clock }: DataRightsParts): DataRights {
  return {
    async everything(viewerId) {
      const space = await currentSpace();
      const [held, shared, taste] = await Promise.all([
        viewers.everything(viewerId),
        neighbours(viewerId),
        space === undefined ? undefined : tastes.load(viewerId, space),
      ]);
      return {
        viewer_id: viewerId,
        exported_at: new Date(clock()).toISOString(),
        ...held,
        // Told as the viewer is told it anywhere: rows by neighbour would give away how many there are, and their weights who.
        shared_taste: shared.links.map(({ puddle_id, people, region }) => ({ puddle_id, people, region })),
        taste: taste === undefined ? null : { ...taste, user_vector: plain(taste.user_vector), puddles: withPlainCentroids(taste.puddles), suppressed: withPlainCentroids(taste.suppressed) },
      };
    },

    isErased: async (viewerId) => viewers.isErased(await digestOfViewer(viewerId)),

    async erase(viewerId, asking) {
      const orAway = (cause: unknown): never => {
        throw new Failure("store.away", { cause });
      };
      // The cache first, while the streams can still be listed: what it keeps is on the list, and it keeps no more.
      await pageCache.bar(viewerId).catch(orAway);
      await pageCache.forget(viewerId, await viewers.streamIds(viewerId)).catch(orAway);
      await viewers.erase(viewerId, await digestOfViewer(viewerId));
      // What many like was counted with them; it is counted anew without.
      await popular.forget().catch(orAway);
      // The node cannot bring an erased viewer back: their row is gone. It only holds memory a while longer if away.
      asking.background("forget", node.forget(viewerId, asking.requestId));
    },
  };
}

function plain(vector: Float32Array | null): number[] | null {
  return vector === null ? null : Array.from(vector);
}

function withPlainCentroids<T extends { centroid: Float32Array }>(things: readonly T[]) {
  return things.map((thing) => ({ ...thing, centroid: Array.from(thing.centroid) }));
}

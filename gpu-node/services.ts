import { Failure } from "#shared/contract/failures.ts";
import type { SpaceView } from "#shared/contract/node.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { Database } from "#shared/stores/database.ts";
import { imageStore, type ImageStore } from "#shared/stores/image-store.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { pageStore } from "#shared/stores/page-store.ts";
import { regionStore, type RegionStore } from "#shared/stores/region-store.ts";
import { removalStore } from "#shared/stores/removal-store.ts";
import type { TasteViewParts } from "#shared/stores/taste-view.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { createEmbedder, type Embedder } from "./embedding/embedder.ts";
import type { Analyst } from "./ingest/analyst.ts";
import type { ImageEncoder } from "./models/image-encoder.ts";
import { nodeEncoder } from "./models/node-encoder.ts";
import type { ModelRegistry } from "./models/registry/registry.ts";
import type { Vram } from "./models/vram/vram.ts";
import type { CollectiveMemory } from "./collective/collective-memory.ts";
import { openCollective } from "./collective/open-collective.ts";
import { Admission, type Lane } from "./runtime/admission.ts";
import { describeError, type Log } from "./runtime/log.ts";
import { openMetrics, type Metrics } from "./runtime/metrics.ts";
import { modelGauges } from "./runtime/model-gauges.ts";
import { composePages, type ComposePages } from "./taste/compose-pages.ts";
import { followRemovals, type FollowRemovals } from "./taste/follow-removals.ts";
import { galleryNow } from "./taste/gallery-now.ts";
import { imageMemory, type ImageMemory } from "./taste/image-memory.ts";
import { regionMemory } from "./taste/region-memory.ts";
import { residentVectors, type ResidentVectors } from "./taste/resident-vectors.ts";
import { tasteKeeper, type TasteKeeper } from "./taste/taste-keeper.ts";

/** Everything the node's routes and jobs use; each asks for its part. */
export interface Services {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** A place in the lane until the end of the scope, or the refusal. */
  take: (lane: Lane) => Disposable;
  database: Database;
  images: ImageStore;
  vectors: ResidentVectors;
  regions: RegionStore;
  calibration: SpaceCalibration;
  memory: ImageMemory;
  followRemovals: FollowRemovals;
  keeper: TasteKeeper;
  collective: CollectiveMemory;
  composePages: ComposePages;
  tasteViewParts: TasteViewParts;
  analyst: Analyst;
  /** What a new image is seen with: for the space that serves first, then for one that is being filled. */
  encoders: () => readonly Pick<ImageEncoder, "space">[];
  /** The spaces there are, and how far one is that is being filled. */
  spaces: () => Promise<SpaceView[]>;
  embedder: Embedder;
  models: ModelRegistry;
  vram: Vram;
}

/** What every space's services share: there is one machine, however many spaces it has seen with. */
export interface Machine {
  metrics: Metrics;
  admission: Admission;
}

export interface ServiceParts {
  /** One of its own where none is given. */
  machine?: Machine;
  encoders?: Services["encoders"];
  spaces?: Services["spaces"];
  database: Database;
  vectors: VectorStore;
  encoder: Pick<ImageEncoder, "space" | "dim" | "calibration">;
  clock: Clock;
  log: Log;
  analyst: Analyst;
  /** For `encoder`'s space; like `encoders`, of the encoder that ships with the project where not said. */
  embedder?: Embedder;
  models: ModelRegistry;
  vram: Vram;
}

/** Requests each kind of work may have in hand; one more is refused, not queued. */
export const laneLimits: Record<Lane, number> = { compose: 16, observe: 8, ingest: 8, embed: 40, reply: 4 };

export function openMachine(vram: Vram): Machine {
  const admission = new Admission(laneLimits);
  const metrics = openMetrics(admission);
  modelGauges(metrics.registry, vram);
  return { metrics, admission };
}

/** The services of a node that sees with this encoder; another space is another set of them, on the same machine. */
export function openServices(parts: ServiceParts): Services {
  const { database, vectors: store, encoder, clock, log, analyst, models, vram } = parts;
  const { embedder = createEmbedder(nodeEncoder), encoders = () => [nodeEncoder], spaces = () => Promise.resolve([]) } = parts;
  const { machine: { metrics, admission } = openMachine(vram) } = parts;
  const calibration: SpaceCalibration = { space: encoder.space, dim: encoder.dim, distance: encoder.calibration };
  const images = imageStore(database);
  const regions = regionStore(database);
  const vectors = residentVectors({ store, images, space: encoder.space, dim: encoder.dim });
  const memory = imageMemory({ space: encoder.space, vectors, images, clock });
  const keeper = tasteKeeper({
    database, log: interactionLog(database), images: memory, calibration,
    onFault: (during, error) => log({ event: "taste.fault", during, ...describeError(error) }),
  });
  const regionsNow = regionMemory({ regions, space: encoder.space, clock });
  const collective = openCollective({ database, regions: regionsNow, calibration, clock });
  return {
    clock, log, database, images, vectors, regions, calibration, memory, keeper, collective, analyst, embedder, encoders, spaces, models, vram, metrics,
    take(lane) {
      const slot = admission.tryTake(lane);
      if (slot === null) throw new Failure("gpu.busy", { retryAfterSeconds: 1 });
      return slot;
    },
    composePages: composePages({
      database, keeper, images, memory, vectors, calibration, clock, collective,
      pages: pageStore(database),
      gallery: galleryNow({ images, clock }),
      regions: regionsNow,
    }),
    followRemovals: followRemovals({ removals: removalStore(database), vectors, memory, store, space: encoder.space, clock }),
    tasteViewParts: { database, images, vectors, regions },
  };
}

import { seededRandom } from "#shared/kernel/random.ts";
import { calibrate } from "#shared/taste/calibration.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { TogetherLinks } from "#shared/taste/collective/together.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { isLike, makeViewer } from "../viewer-model.ts";
import type { SimViewer } from "../viewer-model.ts";
import type { Catalogue } from "./catalogue.ts";
import { rowOf } from "./catalogue.ts";
import { makeScenes } from "./scenes.ts";
import type { Scene } from "./scenes.ts";
import { tastePool } from "./taste-pool.ts";
import type { LabelTaste } from "./taste-pool.ts";
import { warmLog } from "./warm-log.ts";
import type { WarmViewer } from "./warm-log.ts";

/** Everything a run of one seed over one catalogue has in common. A function of its arguments alone. */
export interface World {
  seed: number;
  catalogue: Catalogue;
  /** What policies know of distances in the space they are given. */
  calibration: SpaceCalibration;
  pool: LabelTaste[];
  scenes: Scene[];
  warm: WarmViewer[];
  /** `[images]` warm viewers who liked it, and slots it had. */
  likes: Float64Array;
  shown: Float64Array;
  /** EASE's weights where they were worked out beforehand, once for all threads: see policies/ease.ts. */
  ease?: Float32Array;
  /** Likewise what people like together: see policies/collective-in-memory.ts. */
  links?: TogetherLinks;
}

export function makeWorld(catalogue: Catalogue, seed: number, warmViewers?: number): World {
  const pool = tastePool(catalogue);
  const scenes = makeScenes(catalogue.images.length, pool, seed);
  const warm = warmLog(catalogue.images, scenes, pool, seed, warmViewers);
  const likes = new Float64Array(catalogue.images.length);
  const shown = new Float64Array(catalogue.images.length);
  for (const { slots } of warm)
    for (const { image, reaction } of slots) {
      shown[image]!++;
      if (reaction.some(({ kind }) => isLike(kind))) likes[image]!++;
    }
  return { seed, catalogue, calibration: calibrationOf(catalogue), pool, scenes, warm, likes, shown };
}

/** The encoder's own calibration where the vectors are its own, else one measured from them, as for any new space. */
function calibrationOf(catalogue: Catalogue): SpaceCalibration {
  const { space, dim, images } = catalogue;
  if (space === nodeEncoder.space) return { space, dim, distance: nodeEncoder.calibration };
  return calibrate(space, images.map(({ index }) => rowOf(catalogue, index)), seededRandom(`calibration of ${space}`));
}

/** A fresh viewer under test, one whose tastes change. */
export function testViewer(world: World, index: number): SimViewer {
  return testViewerOf(world, `test-${index}`);
}

/** The same by name. */
export function testViewerOf({ scenes, pool, seed }: World, id: string): SimViewer {
  return makeViewer(id, scenes, pool, seed, true);
}

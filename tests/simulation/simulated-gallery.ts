import { dayMs } from "#shared/kernel/clock.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { calibrate } from "#shared/taste/calibration.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { clusterRegions } from "#shared/taste/regions.ts";
import type { Candidate, RegionSketch } from "#shared/feed/candidate.ts";

/** Test support: a gallery whose styles overlap as those of a real encoder do, with regions clustered from it. */
export interface SimulatedGallery {
  images: (Omit<Candidate, "sources"> & { style: string; region_id: string })[];
  regions: RegionSketch[];
  calibration: SpaceCalibration;
}

export const simulationStart = 1_800_000_000_000;

/**
 * Styles come in families that share a direction; an image is its style's direction plus noise. With the default noise the nearest
 * ten of an image hold about six of its own style. `narrow` adds a direction common to all, as in CLIP, whose raw
 * distances sit in a narrow band.
 */
export function simulateGallery({ seed = 1, styles = 30, perStyle = 24, dim = 128, noise = 1.25, narrow = 0 } = {}): SimulatedGallery {
  const random = seededRandom(seed);
  const families = Array.from({ length: Math.ceil(styles / 4) }, () => direction(dim, random));
  const common = direction(dim, random);
  const images: Omit<SimulatedGallery["images"][number], "region_id">[] = [];
  for (let s = 0; s < styles; s++) {
    const own = direction(dim, random);
    const centre = mix([own, 1], [families[s % families.length]!, 0.6]);
    for (let n = 0; n < perStyle; n++)
      images.push({
        image_id: `s${s}-${n}`,
        vector: mix([centre, 1], [direction(dim, random), noise], [common, narrow]),
        creator: `c${Math.floor(random() * 60)}`, style: `style${s}`, mood: s % 2 === 0 ? "calm" : "bold",
        phash: (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32)),
        created_at: simulationStart - random() * 60 * dayMs, quality: 0.3 + 0.7 * random(), popularity: random() ** 3,
      });
  }
  const { regions, assignment } = clusterRegions(images.map(({ vector, style }) => ({ vector, weight: 1, tags: [style] })), 32, random);
  return {
    images: images.map((image, i) => ({ ...image, region_id: regions[assignment[i]!]!.id })),
    regions: regions.map(({ id, centroid }) => ({ id, centroid, reward: { alpha: 1, beta: 4 } })),
    calibration: calibrate("simulated-1", images.map(({ vector }) => vector), random),
  };
}

/** A random direction, unit. */
function direction(dim: number, random: Random): Vector {
  return unit(Array.from({ length: dim }, () => drawNormal(random)));
}

function mix(...parts: [Vector, number][]): Vector {
  return unit(Array.from(parts[0]![0], (_, d) => parts.reduce((sum, [vector, share]) => sum + share * vector[d]!, 0)));
}

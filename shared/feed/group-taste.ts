import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { areOne, mergePuddles, puddleWeight } from "#shared/taste/puddle.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import type { Puddle, SuppressedRegion, Taste } from "#shared/taste/taste.ts";

/** What a puddle that two of the group have counts more than the two alone. */
const sharedBoost = 1.5;
const lent = "with:";

/** With what a group's taste is composed: what one of them hides is held down for all, however much another likes it. */
export const groupTasteConfig: TasteConfig = { ...tasteConfig, shieldWeight: Infinity };

/** Whether a puddle of a group's taste is the asking viewer's own. */
export function isOwnPuddle(puddle_id: string): boolean {
  return !puddle_id.startsWith(lent);
}

/**
 * One taste to compose by for several who look together; the first is the one who asks, whose puddles keep their names. Every
 * viewer's puddles have the same weight in all, puddles that two have become one that counts more, and all suppressed
 * regions hold. With nobody else it is the viewer's own taste.
 */
export function groupTaste([own, ...others]: readonly [Taste, ...Taste[]], now: number, calibration: SpaceCalibration): Taste {
  if (others.length === 0) return own;
  const tastes = [own, ...others.map((taste, n) => borrowed(taste, `${lent}${n + 1}:`))];
  const total = Math.max(1, ...tastes.map((taste) => weightOf(taste, now)));
  const puddles = tastes.map((taste) => evenly(taste, total / tastes.length, now)).reduce((all, more) => pool(all, more, now, calibration));
  const directions = tastes.flatMap(({ user_vector }) => (user_vector ? [user_vector] : []));
  return {
    ...own,
    signals: Math.max(...tastes.map(({ signals }) => signals)),
    puddles: [...puddles].sort((a, b) => b.weight - a.weight).slice(0, tasteConfig.maxPuddles),
    suppressed: tastes.flatMap((taste) => taste.suppressed.map((region) => withinOwnReach(region, taste, now))),
    user_vector: directions.length === 0 ? null : unit(directions[0]!.map((_, d) => directions.reduce((sum, vector) => sum + vector[d]!, 0))),
  };
}

function borrowed(taste: Taste, prefix: string): Taste {
  return {
    ...taste,
    puddles: taste.puddles.map((puddle) => ({ ...puddle, id: prefix + puddle.id })),
    suppressed: taste.suppressed.map((region) => ({ ...region, id: prefix + region.id })),
  };
}

function weightOf({ puddles }: Taste, now: number): number {
  return puddles.reduce((sum, puddle) => sum + puddleWeight(puddle, now), 0);
}

/** The viewer's puddles with weights, as of now, that sum to `total`. */
function evenly(taste: Taste, total: number, now: number): Puddle[] {
  const scale = total / Math.max(weightOf(taste, now), 1e-9);
  return taste.puddles.map((puddle) => ({ ...puddle, weight: scale * puddleWeight(puddle, now), last_updated: now }));
}

/** Both lists, a puddle of the second joined to the first one of the other list that is the same taste. */
function pool(all: readonly Puddle[], more: readonly Puddle[], now: number, calibration: SpaceCalibration): Puddle[] {
  const model = { calibration, config: tasteConfig, vectorOf: () => undefined };
  const pooled = [...all];
  for (const puddle of more) {
    const at = pooled.findIndex((held) => areOne(held, puddle, cosineDistance(held.centroid, puddle.centroid), model));
    if (at < 0) pooled.push(puddle);
    else {
      const { id, medoid_image_id } = pooled[at]!;
      const merged = mergePuddles(pooled[at]!, puddle, now, model);
      pooled[at] = { ...merged, id, medoid_image_id, weight: sharedBoost * merged.weight };
    }
  }
  return pooled;
}

/**
 * A suppressed region ends where the nearest puddle lies that its own viewer feeds: who hid one image of a style they love did
 * not hide the style from the others.
 */
function withinOwnReach(region: SuppressedRegion, { puddles }: Taste, now: number): SuppressedRegion {
  const shields = puddles.filter((puddle) => puddleWeight(puddle, now) >= tasteConfig.shieldWeight);
  const nearest = Math.min(...shields.map((puddle) => cosineDistance(puddle.centroid, region.centroid)));
  return { ...region, radius: Math.min(region.radius, nearest) };
}

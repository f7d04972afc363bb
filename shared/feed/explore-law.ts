import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import type { ComposeInput, RegionSketch } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";
import type { Law } from "./law.ts";
import { lawOver } from "./law.ts";
import type { Pool } from "./pool.ts";
import { rewardDraws } from "./rewards.ts";
import { rowDot } from "./rows.ts";
import type { Scores } from "./score.ts";

/**
 * The temperature law over regions outside the viewer's puddles:
 * `p(c) ∝ exp(−z(d_c)/T)·P(c | last region)·reward(c)/(1+n_c)³`, with `T = 0.25·16^a` for the dial a, d_c the region's distance
 * from the nearest puddle and n_c how often it was shown of late. Within a region only the base decides, for personal closeness
 * would lead straight back home. Without regions every image is its own.
 *
 * A newcomer's first pages are made by this law too, and chosen so that they tell most. Regions come in turn, for n_c counts to
 * the 16th power while nothing is known: the page spans the gallery. Those liked most by others come first: the answer to
 * "does this viewer like it?" tells most where it is least foregone, and a like is the rarer answer. Of each region comes an
 * image near its centre, with the best base score, so that a like speaks for the region and not for an oddity in it; and once
 * that was passed over, one unlike it.
 */
export function exploreLaw(pool: Pool, scores: Scores, input: ComposeInput, config: FeedConfig, open: boolean, unready: number): Law {
  const byRegion = input.regions.length > 0;
  const temperature = 0.25 * 16 ** Math.min(1, Math.max(0, input.settings.adventure));
  const pull = pullOf(input, config, temperature);
  const known = input.taste.puddles.length > 0;
  const weights = !byRegion ? [pool.nearestPuddle.map((distance) => (known ? pull(distance) : 1))] : regionWeights(input, config, pull);
  const { exploreBarredAt, explore: { qualityFloor }, typicality } = config;
  const foreign = (i: number) => pool.home[i]! < 0 && pool.suppression[i]! < exploreBarredAt && pool.candidates[i]!.quality >= qualityFloor;
  const typical = typicality * unready;
  const nearCentre = (i: number) => {
    const region = input.regions[pool.region[i]!];
    return region === undefined ? 0 : rowDot(pool.matrix, i * pool.dim, region.centroid, pool.dim) - 1;
  };
  const tellsMost = (i: number) => (typical === 0 ? 0 : typical * (nearCentre(i) + pool.echo[i]! / config.echo.rate - 1));
  return lawOver(pool, config, open, {
    quota: "explore", weights,
    cellOf: (i) => (!foreign(i) ? -1 : byRegion ? pool.region[i]! : i),
    scoreOf: (i) => scores.base[i]! + tellsMost(i),
    // While nothing is known exploration takes the regions in turn; later it only leans to those not shown of late.
    repeatPower: byRegion ? config.shownPower + (config.coldShownPower.explore - config.shownPower) * unready : 0,
  });
}

/** How a distance from the nearest puddle counts. */
function pullOf({ calibration }: ComposeInput, { explore: { reading } }: FeedConfig, temperature: number): (distance: number) => number {
  const sign = reading === "near" ? -1 : 1;
  return (distance) => Math.exp((sign * standardise(distance, calibration)) / temperature);
}

/** `[regions]` for every draw of rewards; 0 where a puddle lies. Before there are puddles every region is as far as any. */
function regionWeights(input: ComposeInput, config: FeedConfig, pull: (distance: number) => number): Float64Array[] {
  const { regions, taste } = input;
  const own = new Set(taste.puddles.map((puddle) => assignRegion(puddle.centroid, regions)?.region));
  const reached = (region: RegionSketch) => {
    if (taste.puddles.length === 0) return 1;
    if (own.has(region)) return 0;
    return pull(Math.min(...taste.puddles.map((puddle) => cosineDistance(puddle.centroid, region.centroid))));
  };
  const moves = movesTo(input, config);
  const without = Float64Array.from(regions, (region) => reached(region) * moves(region));
  return rewardDraws(regions, config).map((rewards) => rewards.map((reward, r) => reward * without[r]!));
}

/** P(region | last region), a part of it spread evenly; the same for all where no moves are known. */
function movesTo({ transitions, regions }: ComposeInput, { explore: { evenly } }: FeedConfig): (region: RegionSketch) => number {
  if (transitions === undefined || transitions.size === 0) return () => 1;
  return ({ id }) => evenly / regions.length + (1 - evenly) * (transitions.get(id) ?? 0);
}

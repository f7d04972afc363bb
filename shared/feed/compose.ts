import { drawIndex } from "#shared/kernel/random.ts";
import { affinity, distanceAt } from "#shared/taste/calibration.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { ComposeInput, Page, Slot, SlotOutcome } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { drawProbabilities, lawsOf } from "./law.ts";
import type { Law } from "./law.ts";
import { sourceShares } from "./mixture.ts";
import { bitCount } from "./perceptual-hash.ts";
import { preparePool, rowDot, rowSquaredDistance } from "./pool.ts";
import type { Pool } from "./pool.ts";

/** Composes up to `pages` pages of up to `limit` slots; fewer only when the candidates run out. */
export function compose(input: ComposeInput): Page[] {
  const composer = createComposer(input);
  const pages: Page[] = [];
  for (let p = 0; p < input.pages; p++) {
    const slots: Slot[] = [];
    while (slots.length < input.limit) {
      const slot = composer.next();
      if (!slot) break;
      slots.push(slot);
    }
    if (slots.length > 0) pages.push({ slots });
    if (slots.length < input.limit) break;
    composer.turnPage();
  }
  return pages;
}

export interface Composer {
  /** Probability of every candidate (in order of first appearance) for the coming slot; sums to one while any is left. */
  distribution(): Float64Array;
  /** Draws the coming slot; undefined when nothing is left. */
  next(): Slot | undefined;
  turnPage(): void;
}

/** What may be drawn, in order: each step gives up one rule, and is taken only when the one before leaves nothing. */
const concessions = [
  { offMood: false, open: false, overCreatorCap: false, barred: false },
  { offMood: true, open: false, overCreatorCap: false, barred: false },
  { offMood: true, open: true, overCreatorCap: false, barred: false },
  { offMood: true, open: true, overCreatorCap: true, barred: false },
  { offMood: true, open: true, overCreatorCap: true, barred: true },
] as const;

/** Composition slot by slot: what `compose` runs, and what tests and policy comparison look into. */
export function createComposer(input: ComposeInput): Composer {
  const pool = preparePool(input);
  const shares = sourceShares({
    signals: input.taste.signals, puddles: input.taste.puddles.length,
    adventure: input.settings.adventure, explored: receptionOf(input.outcomes ?? []),
  });
  const { size } = pool;
  const perCreator = Math.max(2, Math.ceil(input.limit * feedConfig.perCreatorShare));
  const left = new Uint8Array(size).fill(1);
  const eligible = new Uint8Array(size);
  const probabilities = new Float64Array(size);
  const onPage = { closeness: new Float64Array(size), byCreator: new Int32Array(pool.creators), bySource: { puddle: 0, explore: 0, fresh: 0, popular: 0 }, slots: 0 };
  const shown = Float64Array.from([...input.regions.map(({ id }) => input.shown?.get(id) ?? 0), 0]);
  const proposed = lawsOf(pool, input, false).map(withRoom);
  let anySource: Draw[] | undefined;

  /** Fills the draws of the coming slot; returns those that can draw something. */
  function prepareSlot(): Draw[] {
    for (const rule of concessions) {
      if (rule.offMood === false && input.mood === undefined) continue;
      for (let i = 0; i < size; i++) {
        const capped = pool.creator[i]! >= 0 && onPage.byCreator[pool.creator[i]!]! >= perCreator;
        const fits = (rule.offMood || pool.candidates[i]!.mood === input.mood) && (rule.overCreatorCap || !capped);
        eligible[i] = left[i]! === 1 && fits && (rule.barred || pool.suppression[i]! < feedConfig.barredAt) ? 1 : 0;
      }
      const draws = rule.open ? (anySource ??= lawsOf(pool, input, true).map(withRoom)) : proposed;
      const able = draws.filter((draw) => shares[draw.law.source] > 0 && drawProbabilities(draw.law, eligible, onPage.closeness, shown, draw.probabilities));
      if (able.length > 0) return weigh(able);
    }
    return [];
  }

  /** A source's chance is what is missing of its part of the page so far, so that a page comes out near its shares. */
  function weigh(draws: Draw[]): Draw[] {
    let total = 0;
    for (const draw of draws) {
      const share = shares[draw.law.source];
      draw.share = Math.max(feedConfig.overdrawn * share, share * (onPage.slots + 1) - onPage.bySource[draw.law.source]);
      total += draw.share;
    }
    for (const draw of draws) draw.share /= total;
    return draws;
  }

  function mix(draws: readonly Draw[]): Float64Array {
    probabilities.fill(0);
    for (const { law, share, probabilities: own } of draws)
      for (let m = 0; m < law.members.length; m++) probabilities[law.members[m]!]! += share * own[m]!;
    return probabilities;
  }

  function place(row: number, law: Law): void {
    onPage.slots++;
    onPage.bySource[law.source]++;
    if (pool.creator[row]! >= 0) onPage.byCreator[pool.creator[row]!]!++;
    shown[pool.region[row]!]!++;
    removeAlike(pool, row, left, onPage.closeness, input);
  }

  return {
    distribution: () => mix(prepareSlot()).slice(),
    next() {
      const draws = prepareSlot();
      if (draws.length === 0) return undefined;
      const drawn = draws[drawIndex(draws.map((draw) => draw.share), input.random)]!;
      const row = drawn.law.members[drawIndex(drawn.probabilities.subarray(0, drawn.law.members.length), input.random)]!;
      const slot = describe(pool, input, row, drawn.law, mix(draws)[row]!, onPage);
      place(row, drawn.law);
      return slot;
    },
    turnPage() {
      onPage.closeness.fill(0);
      onPage.byCreator.fill(0);
      onPage.bySource = { puddle: 0, explore: 0, fresh: 0, popular: 0 };
      onPage.slots = 0;
    },
  };
}

interface Draw {
  law: Law;
  /** `[law.members]`. */
  probabilities: Float64Array;
  /** Probability of the source at this slot. */
  share: number;
}

function withRoom(law: Law): Draw {
  return { law, probabilities: new Float64Array(law.members.length), share: 0 };
}

/**
 * Takes the row and its near-duplicates out of every page, and notes how close the rest comes to this page. Near-duplicates are two
 * rows whose hashes and vectors lie close together, or whose vectors are all but equal. Closeness is worked out only
 * within the row's region and puddle: what lies elsewhere is not like it.
 */
function removeAlike(pool: Pool, row: number, left: Uint8Array, closeness: Float64Array, { calibration }: ComposeInput): void {
  const { dim, matrix, hashHigh, hashLow, region, home } = pool;
  const { bits, distance: nearDistance } = feedConfig.nearDuplicate;
  const equalSquared = 2 * nearDistance * calibration.distance.mean;
  const alikeDistance = distanceAt(tasteConfig.spawnZ, calibration);
  const vector = matrix.subarray(row * dim, (row + 1) * dim);
  left[row] = 0;
  for (let i = 0; i < pool.size; i++) {
    if (left[i]! === 0) continue;
    const sameHash = bitCount(hashHigh[i]! ^ hashHigh[row]!) + bitCount(hashLow[i]! ^ hashLow[row]!) <= bits;
    const samePlace = region[i]! === region[row]! || (home[i]! >= 0 && home[i]! === home[row]!);
    if (rowSquaredDistance(matrix, i * dim, row * dim, dim, equalSquared) <= equalSquared) left[i] = 0;
    else if (sameHash || samePlace) {
      const distance = 1 - rowDot(matrix, i * dim, vector, dim);
      if (sameHash && distance <= alikeDistance) left[i] = 0;
      else closeness[i] = Math.max(closeness[i]!, affinity(distance, calibration));
    }
  }
}

function describe(pool: Pool, { taste }: ComposeInput, row: number, law: Law, propensity: number, page: { slots: number; closeness: Float64Array }): Slot {
  const slot: Slot = {
    position: page.slots,
    image_id: pool.candidates[row]!.image_id,
    source: law.source,
    propensity,
    terms: {
      puddle: pool.puddle[row]!, user: pool.user[row]!, quality: pool.quality[row]!, popularity: pool.popularity[row]!,
      recency: pool.recency[row]!, together: 0, fatigue: 0,
      suppression: -feedConfig.suppressionPenalty * pool.suppression[row]!, diversity: -law.diversity * page.closeness[row]!,
    },
    features: { content: 0, together: 0, quality: 0, popularity: 0, recency: 0 },
  };
  const home = taste.puddles[pool.home[row]!];
  if (home) slot.anchor = { puddle_id: home.id, medoid_image_id: home.medoid_image_id };
  return slot;
}

function receptionOf(outcomes: readonly SlotOutcome[]): { offered: number; welcomed: number } {
  const explored = outcomes.filter(({ source }) => source === "explore");
  return { offered: explored.length, welcomed: explored.filter(({ outcome }) => outcome === "welcomed").length };
}

import { drawIndex } from "#shared/kernel/random.ts";
import { lessened } from "./aimed-less.ts";
import { removeAlike } from "./alike.ts";
import { blendFor } from "./blend.ts";
import type { ComposeInput, Page, Slot } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { LiveSource, Quota } from "./feed-config.ts";
import { drawProbabilities } from "./law.ts";
import type { Law } from "./law.ts";
import { lawsOf, sourceOf } from "./laws.ts";
import { quotaOf, quotas, quotaShares, readiness } from "./mixture.ts";
import type { Shares } from "./mixture.ts";
import { preparePool } from "./pool.ts";
import { puddleReceptions } from "./reception.ts";
import { featuresOf, scorePool } from "./score.ts";

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
  /**
   * Puts a given image in the coming slot, as drawn from `source`, whatever the dice say: so another policy is asked about a page
   * as it was served. The slot's propensity is this composer's, 0 where it could not have drawn the image.
   */
  take(image_id: string, source: LiveSource): Slot;
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
  const { config, pool, scores, sharesOf, laws } = prepare(input);
  const { size } = pool;
  const perCreator = Math.max(2, Math.ceil(input.limit * config.perCreatorShare));
  const left = new Uint8Array(size).fill(1);
  const eligible = new Uint8Array(size);
  const probabilities = new Float64Array(size);
  const onPage = { closeness: new Float64Array(size), byCreator: new Int32Array(pool.creators), byQuota: noSlots(), slots: 0 };
  const shown = Float64Array.from([...input.regions.map(({ id }) => input.shown?.get(id) ?? 0), 0]);
  const proposed = drawsOf(false);
  let anySource: ReturnType<typeof drawsOf> | undefined;

  function drawsOf(open: boolean) {
    return { shares: sharesOf(open), draws: laws(open).map(withRoom) };
  }

  /** Fills the draws of the coming slot; returns those that can draw something. */
  function prepareSlot(): Draw[] {
    for (const rule of concessions) {
      if (rule.offMood === false && input.mood === undefined) continue;
      for (let i = 0; i < size; i++) {
        const capped = pool.creator[i]! >= 0 && onPage.byCreator[pool.creator[i]!]! >= perCreator;
        const fits = (rule.offMood || pool.candidates[i]!.mood === input.mood) && (rule.overCreatorCap || !capped);
        eligible[i] = left[i]! === 1 && fits && (rule.barred || pool.suppression[i]! < config.barredAt) ? 1 : 0;
      }
      const { shares, draws } = rule.open ? (anySource ??= drawsOf(true)) : proposed;
      const able = draws.filter((draw) => shares[draw.law.quota] > 0 && drawProbabilities(draw.law, eligible, onPage.closeness, shown, draw.probabilities));
      if (able.length > 0) return weigh(able, shares);
    }
    return [];
  }

  /** A quota's chance is what is missing of its part of the page so far, so that a page comes out near its shares. */
  function weigh(draws: Draw[], shares: Shares): Draw[] {
    let total = 0;
    for (const draw of draws) {
      const share = shares[draw.law.quota];
      draw.share = Math.max(config.overdrawn * share, share * (onPage.slots + 1) - onPage.byQuota[draw.law.quota]);
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

  function place(row: number, quota: Quota): void {
    onPage.slots++;
    onPage.byQuota[quota]++;
    if (pool.creator[row]! >= 0) onPage.byCreator[pool.creator[row]!]!++;
    shown[pool.region[row]!]!++;
    removeAlike(pool, row, left, onPage.closeness, input.calibration, config);
  }

  function describe(row: number, source: LiveSource, propensity: number): Slot {
    const { image_id, together_with } = pool.candidates[row]!;
    const terms = Object.fromEntries(Object.entries(scores.terms).map(([term, column]) => [term, column[row]!])) as Slot["terms"];
    terms.diversity = -config.diversity[quotaOf(source)] * onPage.closeness[row]!;
    const slot: Slot = { position: onPage.slots, image_id, source, propensity, terms, features: featuresOf(pool, row, input, config) };
    const home = input.taste.puddles[pool.home[row]!];
    if (home) slot.anchor = { puddle_id: home.id, medoid_image_id: home.medoid_image_id };
    if (together_with !== undefined) slot.together_with = together_with;
    return slot;
  }

  return {
    distribution: () => mix(prepareSlot()).slice(),
    next() {
      const draws = prepareSlot();
      if (draws.length === 0) return undefined;
      const drawn = draws[drawIndex(draws.map((draw) => draw.share), input.random)]!;
      const row = drawn.law.members[drawIndex(drawn.probabilities.subarray(0, drawn.law.members.length), input.random)]!;
      const slot = describe(row, sourceOf(drawn.law.quota, pool, scores, row), mix(draws)[row]!);
      place(row, drawn.law.quota);
      return slot;
    },
    take(image_id, source) {
      const row = pool.candidates.findIndex((candidate) => candidate.image_id === image_id);
      if (row < 0) throw new RangeError(`${image_id} is none of the candidates`);
      const slot = describe(row, source, mix(prepareSlot())[row]!);
      place(row, quotaOf(source));
      return slot;
    },
    turnPage() {
      onPage.closeness.fill(0);
      onPage.byCreator.fill(0);
      onPage.byQuota = noSlots();
      onPage.slots = 0;
    },
  };
}

interface Draw {
  law: Law;
  /** `[law.members]`. */
  probabilities: Float64Array;
  /** Probability of the quota at this slot. */
  share: number;
}

function withRoom(law: Law): Draw {
  return { law, probabilities: new Float64Array(law.members.length), share: 0 };
}

/** All that is worked out once: the candidates as columns, their scores, and what the viewer's outcomes teach of shares and weights. */
function prepare(input: ComposeInput) {
  const config = input.config ?? feedConfig;
  const { taste, now, outcomes = [] } = input;
  const pool = preparePool(input, config);
  const ready = readiness(taste.signals, taste.puddles.length, config);
  const linked = Math.min(1, input.candidates.reduce((most, { together = 0 }) => Math.max(most, together), 0) / config.together.plainAt);
  const less = lessened(outcomes, now, config);
  const receptions = puddleReceptions(taste, outcomes, now, config);
  const scores = scorePool(pool, input, config, { blend: blendFor(input, config, ready, linked), lessened: less, receptions });
  const proposed = new Set(pool.candidates.flatMap((candidate) => candidate.sources));
  const viewer = { signals: taste.signals, puddles: taste.puddles.length, adventure: input.settings.adventure, outcomes, now, less };
  const sharesOf = (open: boolean) => quotaShares(open ? viewer : { ...viewer, proposed }, config);
  const laws = (open: boolean) => lawsOf({ pool, scores, input, config, lessened: less, unready: 1 - ready }, open);
  return { config, pool, scores, sharesOf, laws };
}

function noSlots(): Shares {
  return Object.fromEntries(quotas.map((quota) => [quota, 0])) as Shares;
}

import { estimateFromInfluence } from "./estimate.ts";
import type { Estimate, Grouped } from "./estimate.ts";
import type { RewardModel } from "./reward-model.ts";

/** One logged choice: what was drawn, how likely each of two policies was to draw it there, and what came of it. */
export interface LoggedDraw extends Grouped {
  reward: number;
  /** Probability with which the policy that served drew this, given what it knew. */
  propensity: number;
  /** Probability with which the evaluated policy would have drawn it there. */
  target: number;
}

/** A logged choice among actions that a reward model can judge. */
export interface JudgedDraw<Action> extends LoggedDraw {
  action: Action;
  /** Everything the evaluated policy might have drawn there, with its probability; sums to one. */
  targets: Iterable<readonly [Action, number]>;
}

export interface EstimateOptions {
  /** Of the interval, 0…1; 0.95 unless told otherwise. */
  level?: number;
}

export interface ClippedOptions extends EstimateOptions {
  /** The greatest weight a draw may have; `√draws` unless told otherwise (Ionides 2008). */
  cap?: number;
  /** The greatest reward there is. */
  greatestReward?: number;
}

const usualLevel = 0.95;

/**
 * Inverse propensity scoring `1/n Σ wᵢrᵢ` with `w = target/propensity` (Horvitz & Thompson 1952). Unbiased where the
 * serving policy could draw all that the evaluated one can; noisy where the two differ much. Interval: asymptotic.
 */
export function ips(draws: readonly LoggedDraw[], { level = usualLevel }: EstimateOptions = {}): Estimate {
  const weights = weightsOf(draws);
  const terms = draws.map(({ reward }, i) => weights[i]! * reward);
  return meanOf(terms, draws, weights, level);
}

/**
 * IPS with no weight above a cap (Ionides 2008, Truncated importance sampling): less noise for a value that comes out too
 * low where rewards are not negative. The interval says so: to its high end is added what the clipped weight could have
 * earned at most, `(1 − mean weight)·greatest reward` (the outer interval of Bottou et al. 2013, §4.4).
 */
export function clippedIps(draws: readonly LoggedDraw[], { level = usualLevel, cap = Math.sqrt(draws.length), greatestReward = 1 }: ClippedOptions = {}): Estimate {
  const weights = weightsOf(draws).map((weight) => Math.min(cap, weight));
  const terms = draws.map(({ reward }, i) => weights[i]! * reward);
  const clipped = meanOf(terms, draws, weights, level);
  const missing = meanOf([...weights], draws, weights, level);
  const couldBe = Math.max(0, 1 - missing.interval.low) * greatestReward;
  return { ...clipped, interval: { ...clipped.interval, high: clipped.interval.high + couldBe } };
}

/**
 * Self-normalised IPS `Σ wᵢrᵢ / Σ wᵢ` (Swaminathan & Joachims 2015): stays within the rewards seen and does not move when
 * all rewards shift. Slightly biased in small logs. Interval: the delta method for a ratio.
 */
export function snips(draws: readonly LoggedDraw[], { level = usualLevel }: EstimateOptions = {}): Estimate {
  const weights = weightsOf(draws);
  const total = sum(weights);
  if (total === 0) throw new RangeError("the evaluated policy could have drawn nothing of what was logged");
  const value = draws.reduce((reached, { reward }, i) => reached + weights[i]! * reward, 0) / total;
  const meanWeight = total / draws.length;
  const influences = Float64Array.from(draws, ({ reward }, i) => (weights[i]! * (reward - value)) / meanWeight);
  return estimateFromInfluence(value, draws, influences, weights, level);
}

/**
 * Doubly robust: the model's expectation under the evaluated policy plus the weighted errors of the model on what was drawn
 * (Dudík, Langford & Li 2011). Right when either the propensities or the model are. The model must not have been fitted
 * on these draws; `crossFitted` sees to that. Interval: asymptotic.
 */
export function doublyRobust<Action>(draws: readonly JudgedDraw<Action>[], model: RewardModel<Action>, options: EstimateOptions = {}): Estimate {
  return robust(draws, () => model, options);
}

/**
 * Doubly robust with a model of its own for every fold of the groups, fitted on the other folds, so that no draw is judged by
 * a model that has seen it (cross-fitting: Chernozhukov et al. 2018).
 */
export function crossFitted<Action>(
  draws: readonly JudgedDraw<Action>[],
  fit: (draws: readonly JudgedDraw<Action>[]) => RewardModel<Action>,
  { folds = 5, ...options }: EstimateOptions & { folds?: number } = {},
): Estimate {
  const numberOf = new Map<string | number, number>();
  const foldOf = draws.map(({ group }, i) => {
    if (group === undefined) return i % folds;
    if (!numberOf.has(group)) numberOf.set(group, numberOf.size);
    return numberOf.get(group)! % folds;
  });
  const models = Array.from({ length: folds }, (_, fold) => fit(draws.filter((_, i) => foldOf[i] !== fold)));
  return robust(draws, (i) => models[foldOf[i]!]!, options);
}

function robust<Action>(
  draws: readonly JudgedDraw<Action>[],
  modelFor: (index: number) => RewardModel<Action>,
  { level = usualLevel }: EstimateOptions,
): Estimate {
  const weights = weightsOf(draws);
  const terms = draws.map(({ action, targets, reward }, i) => {
    const model = modelFor(i);
    let expected = 0;
    for (const [other, probability] of targets) expected += probability * model.predict(other);
    return expected + weights[i]! * (reward - model.predict(action));
  });
  return meanOf(terms, draws, weights, level);
}

/**
 * The draws of one page, in order, each weighted by the whole of what led to it: the products of both policies' probabilities
 * up to that slot (per-decision importance sampling: Precup, Sutton & Singh 2000). Where a slot's probabilities depend on the
 * slots before it, this weighs exactly; the ratio of a slot alone answers another question, namely what the evaluated policy
 * would do after the slots that the serving policy put there.
 */
export function weighedByPrefix<Draw extends LoggedDraw>(page: readonly Draw[]): Draw[] {
  let propensity = 1;
  let target = 1;
  return page.map((draw) => ({ ...draw, propensity: (propensity *= draw.propensity), target: (target *= draw.target) }));
}

function weightsOf(draws: readonly LoggedDraw[]): Float64Array {
  if (draws.length === 0) throw new RangeError("an estimate needs at least one logged draw");
  return Float64Array.from(draws, ({ propensity, target }, i) => {
    if (!(propensity > 0)) throw new RangeError(`draw ${i} has the propensity ${propensity}; what was drawn had a chance above 0`);
    if (!(target >= 0)) throw new RangeError(`draw ${i} has the target probability ${target}; it must not be negative`);
    return target / propensity;
  });
}

function meanOf(terms: readonly number[], draws: readonly Grouped[], weights: Float64Array, level: number): Estimate {
  const value = sum(terms) / terms.length;
  return estimateFromInfluence(value, draws, Float64Array.from(terms, (term) => term - value), weights, level);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

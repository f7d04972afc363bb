import type { ComposeInput, Features, SlotOutcome } from "./candidate.ts";
import type { Blend, Feature, FeedConfig } from "./feed-config.ts";

export const featureNames = ["content", "echo", "together", "quality", "popularity", "recency"] as const satisfies readonly Feature[];

/** Columns before the features: the intercept and the position on the page, which is seen less the farther down it lies. */
const leading = 2;
const columns = leading + featureNames.length;
const newtonSteps = 6;
/** Part of the prior that stays in every learned blend, so that no feature is given up for good; one that starts at nothing is off. */
const kept = 0.05;

/**
 * The weights of a score's features as the viewer's own slots teach them: logistic regression of "welcomed" on the features as
 * of serving and the position, with a Gaussian prior at `slope` times the prior's weights, by Newton steps (McCullagh & Nelder
 * 1989, §4.4) whose quadratic problem is solved by coordinate descent with no weight below zero (Friedman, Hastie &
 * Tibshirani 2010). Scaled to sum to one, so that a score stays in its range whatever was learned.
 */
export function learnBlend(outcomes: readonly SlotOutcome[], prior: Blend, { learnBlend: how }: Pick<FeedConfig, "learnBlend">): Blend {
  const heard = outcomes.filter(({ features }) => features !== undefined).slice(-how.outcomes);
  if (heard.length === 0) return prior;
  const rows = Float64Array.from(heard.flatMap(({ features, position }) => [1, Math.log1p(position), ...featureNames.map((name) => features![name])]));
  const welcomed = Float64Array.from(heard, ({ outcome }) => (outcome === "welcomed" ? 1 : 0));
  const mean = Float64Array.from([-3, -0.2, ...featureNames.map((name) => how.slope * prior[name])]);
  const precision = Float64Array.from([1 / 9, 4, ...featureNames.map(() => how.deviation ** -2)]);
  const learned = fit(rows, welcomed, mean, precision).subarray(leading);
  featureNames.forEach((name, f) => prior[name] === 0 && (learned[f] = 0));
  const total = learned.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return prior;
  return blendOf((name, f) => (1 - kept) * (learned[f]! / total) + kept * prior[name]);
}

/**
 * One blend for everybody, from what many viewers' slots teach together: where each viewer's own learning should start, so that
 * an encoder that tells nothing is known to be one before every viewer has found out alone.
 */
export function fitBlendPrior(viewers: Iterable<readonly SlotOutcome[]>, config: Pick<FeedConfig, "blend" | "learnBlend">): Blend {
  const outcomes = [...viewers].flatMap((own) => own.slice(-config.learnBlend.outcomes));
  return learnBlend(outcomes, config.blend, { learnBlend: { ...config.learnBlend, outcomes: Infinity } });
}

/**
 * The blend of one composition: what was learned, of content as much as the engine is ready for, of together as far (0…1) as the
 * viewer's likes speak for anything, and of echo where anything was heard. Content speaks for echo until then, as after likes that no slot came before.
 */
export function blendFor(input: ComposeInput, config: FeedConfig, ready: number, linked: number): Blend {
  const prior = input.blendPrior ?? config.blend;
  const learned = config.learnBlend.on ? learnBlend(input.outcomes ?? [], prior, config) : prior;
  const heard = (input.outcomes ?? []).some(({ vector }) => vector !== undefined);
  const share = (1 - linked * learned.together) / Math.max(kept, 1 - learned.together);
  const content = share * ready * (heard ? learned.content : learned.content + learned.echo);
  const echo = heard ? share * learned.echo : 0;
  const together = linked * learned.together;
  const rest = learned.quality + learned.popularity + learned.recency;
  const base = rest > 0 ? learned : config.blend;
  const scale = (1 - content - echo - together) / (base.quality + base.popularity + base.recency);
  return { content, echo, together, quality: scale * base.quality, popularity: scale * base.popularity, recency: scale * base.recency };
}

export function blendOf(weightOf: (name: Feature, index: number) => number): Features {
  return Object.fromEntries(featureNames.map((name, index) => [name, weightOf(name, index)])) as Features;
}

/** Coefficients `[columns]` of the most probable fit; those of features are not negative. `rows` is `[n × columns]`. */
function fit(rows: Float64Array, welcomed: Float64Array, mean: Float64Array, precision: Float64Array): Float64Array {
  const weights = mean.slice();
  for (let step = 0; step < newtonSteps; step++) {
    const { gradient, hessian } = derivatives(rows, welcomed, weights);
    for (let j = 0; j < columns; j++) {
      gradient[j]! -= precision[j]! * (weights[j]! - mean[j]!);
      hessian[j * columns + j]! += precision[j]!;
    }
    const change = descend(gradient, hessian, weights);
    for (let j = 0; j < columns; j++) weights[j]! += change[j]!;
    if (change.every((one) => Math.abs(one) < 1e-4)) break;
  }
  return weights;
}

/** Of the log-likelihood: its gradient, and its Hessian with the sign turned. */
function derivatives(rows: Float64Array, welcomed: Float64Array, weights: Float64Array): { gradient: Float64Array; hessian: Float64Array } {
  const gradient = new Float64Array(columns);
  const hessian = new Float64Array(columns * columns);
  for (let i = 0; i < welcomed.length; i++) {
    const at = i * columns;
    let logit = 0;
    for (let j = 0; j < columns; j++) logit += weights[j]! * rows[at + j]!;
    const chance = 1 / (1 + Math.exp(-logit));
    const spread = chance * (1 - chance);
    for (let j = 0; j < columns; j++) {
      gradient[j]! += (welcomed[i]! - chance) * rows[at + j]!;
      for (let k = 0; k <= j; k++) hessian[j * columns + k]! += spread * rows[at + j]! * rows[at + k]!;
    }
  }
  for (let j = 0; j < columns; j++) for (let k = 0; k < j; k++) hessian[k * columns + j] = hessian[j * columns + k]!;
  return { gradient, hessian };
}

/** The change d that makes `g·d − d·H·d/2` greatest, features kept from going below zero and no step longer than two. */
function descend(gradient: Float64Array, hessian: Float64Array, weights: Float64Array): Float64Array {
  const change = new Float64Array(columns);
  for (let sweep = 0; sweep < 40; sweep++)
    for (let j = 0; j < columns; j++) {
      let slope = gradient[j]!;
      for (let k = 0; k < columns; k++) if (k !== j) slope -= hessian[j * columns + k]! * change[k]!;
      const lowest = j < leading ? -2 : Math.max(-2, -weights[j]!);
      change[j] = Math.min(2, Math.max(lowest, slope / hessian[j * columns + j]!));
    }
  return change;
}

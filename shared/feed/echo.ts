import { affinity } from "#shared/taste/calibration.ts";
import type { ComposeInput } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";
import type { Pool } from "./pool.ts";
import { recencyWeights } from "./reception.ts";
import { besideEachOther, lanes, rowDots } from "./rows.ts";

/**
 * How the viewer received images like each candidate: the kernel estimate of the welcome rate there (Nadaraya 1964; Watson 1964),
 * `(Σ k·w·welcomed + n·r)/(Σ k·w + n)` with k the affinity to the outcome's image, w how much the outcome counts, and n slots at
 * rate r as what is expected where nothing was shown. Slots passed over say as much here as likes do: no puddle hears of them.
 */
export function hearEcho({ size, dim, matrix, echo }: Pick<Pool, "size" | "dim" | "matrix" | "echo">, { outcomes = [], calibration, now, tasteConfig }: ComposeInput, { echo: how }: FeedConfig): void {
  const recency = recencyWeights(outcomes, how, now);
  const heard = outcomes.flatMap(({ vector, outcome, position }, n) => {
    if (vector === undefined || n < outcomes.length - how.outcomes) return [];
    const counts = outcome === "welcomed" ? 1 : outcome === "refused" ? how.refused : 1 / (1 + how.positionBias * position);
    return [{ vector, weight: recency[n]! * counts, welcomed: outcome === "welcomed" }];
  });
  const offered = new Float64Array(size).fill(how.slots);
  const welcomed = new Float64Array(size).fill(how.slots * how.rate);
  const dots = new Float64Array(lanes);
  for (let first = 0; first < heard.length; first += lanes) {
    const some = heard.slice(first, first + lanes);
    const packed = besideEachOther(some.map(({ vector }) => vector), dim);
    for (let i = 0; i < size; i++) {
      rowDots(matrix, i * dim, packed, dim, dots);
      for (let s = 0; s < some.length; s++) {
        const near = some[s]!.weight * affinity(1 - dots[s]!, calibration, tasteConfig);
        offered[i]! += near;
        if (some[s]!.welcomed) welcomed[i]! += near;
      }
    }
  }
  for (let i = 0; i < size; i++) echo[i] = welcomed[i]! / offered[i]!;
}

import { affinity } from "#shared/taste/calibration.ts";
import type { ComposeInput } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";
import type { Pool } from "./pool.ts";
import { recencyWeights } from "./reception.ts";
import { rowDot } from "./rows.ts";

/**
 * How the viewer received images like each candidate: the kernel estimate of the welcome rate there (Nadaraya 1964; Watson 1964),
 * `(Σ k·w·welcomed + n·r)/(Σ k·w + n)` with k the affinity to the outcome's image, w how much the outcome counts, and n slots at
 * rate r as what is expected where nothing was shown. Slots passed over say as much here as likes do: no puddle hears of them.
 */
export function hearEcho({ size, dim, matrix, echo }: Pick<Pool, "size" | "dim" | "matrix" | "echo">, { outcomes = [], calibration, now, tasteConfig }: ComposeInput, { echo: how }: FeedConfig): void {
  const welcomed = new Float64Array(size).fill(how.slots * how.rate);
  const offered = new Float64Array(size).fill(how.slots);
  const recency = recencyWeights(outcomes, how, now);
  outcomes.forEach(({ vector, outcome, position }, n) => {
    if (vector === undefined || n < outcomes.length - how.outcomes) return;
    const counts = outcome === "welcomed" ? 1 : outcome === "refused" ? how.refused : 1 / (1 + how.positionBias * position);
    for (let i = 0; i < size; i++) {
      const near = recency[n]! * counts * affinity(1 - rowDot(matrix, i * dim, vector, dim), calibration, tasteConfig);
      offered[i]! += near;
      if (outcome === "welcomed") welcomed[i]! += near;
    }
  });
  for (let i = 0; i < size; i++) echo[i] = welcomed[i]! / offered[i]!;
}

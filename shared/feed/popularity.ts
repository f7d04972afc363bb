import { welcomeRate } from "./reception.ts";
import type { Tally } from "./reception.ts";

/** Slots of average reception that stand before an image's own; and the welcome rate expected before anything was shown. */
const prior = { slots: 20, rate: 0.1 };

/** The welcome rate over all these images together, which is what is expected of one that nobody has seen. */
export function averageWelcome(tallies: Iterable<Tally>): number {
  let [offered, welcomed] = [0, 0];
  for (const tally of tallies) [offered, welcomed] = [offered + tally.offered, welcomed + tally.welcomed];
  return welcomeRate({ offered, welcomed }, prior);
}

/**
 * How popular an image is, 0…1: the posterior mean of its welcome rate given how often it was shown (a Beta prior at the average:
 * empirical Bayes, Efron & Morris 1975), against the average, as `r³/(r³ + average³)`: a half for an average image, and nine tenths for one welcomed twice as often. So an image that nobody has seen counts
 * as an average one, one shown many times in vain sinks, and a like or two on the first slots do not make a favourite.
 */
export function popularityOf(tally: Tally, average: number): number {
  const rate = welcomeRate(tally, { rate: average, slots: prior.slots });
  const odds = (rate / average) ** 3;
  return odds / (1 + odds);
}

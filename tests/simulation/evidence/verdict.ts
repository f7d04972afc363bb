import type { Interval } from "../metrics/bootstrap.ts";

/** One sentence of the bar, whether this run meets it, and the figures behind it. */
export interface Verdict {
  says: string;
  met: boolean;
  figures: string;
}

/** A figure as verdicts give it. */
export function text({ mean, low, high }: Interval): string {
  const digits = Math.abs(mean) < 1 ? 3 : 1;
  return `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/**
 * Where a value falls on an axis of `bins` cells over `from…to`: the lower of the two nearest cell centres and the share
 * of the upper one. Soft assignment keeps a histogram from jumping when a colour shifts by a hair across an edge.
 */
export interface Axis {
  bins: number;
  from: number;
  to: number;
}

export function position(value: number, { bins, from, to }: Axis): number {
  return Math.min(bins - 1, Math.max(0, ((value - from) / (to - from)) * bins - 0.5));
}

/** Adds `weight` to the two cells next to a `position` in `histogram`, starting at `offset`. */
export function addSoft(histogram: Float32Array, offset: number, bins: number, at: number, weight: number): void {
  const low = Math.min(bins - 1, at | 0);
  const share = at - low;
  histogram[offset + low]! += weight * (1 - share);
  if (share > 0) histogram[offset + low + 1]! += weight * share;
}

/** Square roots of shares (Hellinger): Euclidean distance of two such rows no longer belongs to the fullest cells alone. */
export function hellinger(histogram: Float32Array): Float32Array {
  let total = 0;
  for (const value of histogram) total += value;
  return total > 0 ? histogram.map((value) => Math.sqrt(value / total)) : histogram;
}

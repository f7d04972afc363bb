/** The value below which the share `q` of all lies (nearest rank). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Times one piece of work after another. */
export async function timeEach(times: number, work: (index: number) => Promise<void>): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let index = 0; index < times; index++) {
    const began = performance.now();
    await work(index);
    latenciesMs.push(performance.now() - began);
  }
  return latenciesMs;
}

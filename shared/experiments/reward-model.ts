/** What reward to expect of an action where it is taken. */
export interface RewardModel<Action> {
  predict(action: Action): number;
}

/** How many draws' worth of belief a broader mean has against a narrower one. */
const usualPrior = 10;

/**
 * A simple model: mean rewards at several grains, broad to narrow (say all, the image's style, viewer and style together), each
 * shrunk toward the broader one by `prior` pseudo-draws (the m-estimate: Cestnik 1990). A grain that was never seen adds
 * nothing, so any action gets a prediction.
 */
export function meanRewards<Action>(
  draws: Iterable<{ action: Action; reward: number }>,
  grainsOf: (action: Action) => readonly string[],
  prior = usualPrior,
): RewardModel<Action> {
  const seen: Map<string, { sum: number; count: number }>[] = [];
  const all = { sum: 0, count: 0 };
  for (const { action, reward } of draws) {
    all.sum += reward;
    all.count++;
    grainsOf(action).forEach((grain, level) => {
      const means = (seen[level] ??= new Map<string, { sum: number; count: number }>());
      const mean = means.get(grain);
      if (mean) {
        mean.sum += reward;
        mean.count++;
      } else means.set(grain, { sum: reward, count: 1 });
    });
  }
  const overall = all.count > 0 ? all.sum / all.count : 0;
  return {
    predict: (action) =>
      grainsOf(action).reduce((broader, grain, level) => {
        const mean = seen[level]?.get(grain);
        return mean ? (mean.sum + prior * broader) / (mean.count + prior) : broader;
      }, overall),
  };
}

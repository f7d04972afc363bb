import type { FeedConfig, Quota } from "#shared/feed/feed-config.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import type { OursVariant } from "./ours.ts";

/** Ours with one part changed each; the name stands in the table and is taken by `--policies`. */
export const ablations: Readonly<Record<string, OursVariant>> = {
  ...Object.fromEntries((["together", "transition", "neighbour", "bridge"] as const).map((unheard) => [`no ${unheard}`, { unheard }])),
  ...Object.fromEntries((["fresh", "explore"] as const).map((quota) => [`no ${quota}`, without(quota)])),
  "slots passed over unheard": together({ passedOver: 0, refused: 0 }),
  "likes of old weigh as those of late": together({ halfLifeSlots: Infinity }),
  "no content": weigh({ content: 0 }),
  "no echo": weigh({ echo: 0 }),
  "no popularity": weigh({ popularity: 0 }),
  "no quality": weigh({ quality: 0 }),
  "no recency": weigh({ recency: 0 }),
  "no split": part("split"),
  "no drift": part("drift"),
  "no re-clustering": part("recluster"),
  "no merging": part("merge"),
  "no suppression": { ...part("suppression"), ...feed({ suppressionPenalty: 0, barredAt: 9, exploreBarredAt: 9 }) },
  "no learned blend": { feed: (config) => ({ ...config, learnBlend: { ...config.learnBlend, on: false } }) },
  "no learned shares": { feed: (config) => ({ ...config, learnShares: { ...config.learnShares, on: false } }) },
  "no fatigue": { feed: (config) => ({ ...config, reception: { ...config.reception, on: false } }) },
  "no daypart": feed({ daypart: false }),
  "no evidence shrinkage": feed({ evidenceWeight: 1e-6 }),
  "user vector alone": feed({ evidenceWeight: 1e6 }),
  "no diversity": { feed: (config) => ({ ...config, diversity: everyQuota(config.diversity, 0) }) },
  "no creators' cap": feed({ perCreatorShare: 1 }),
  "no cold start": { feed: (config) => ({ ...config, coldShownPower: everyQuota(config.coldShownPower, 0), typicality: 0, newcomer: 0 }) },
  "seed formula read the other way": explore({ reading: "far" }),
  "no temperature law": { feed: (config) => ({ ...config, explore: { ...config.explore, slope: config.explore.slope * 0.35 ** config.explore.power, power: 0, evenly: 1 } }) },
  "rewards by mean": explore({ reward: "mean" }),
  "no quality floor": explore({ qualityFloor: 0 }),
};

function without(quota: Quota): OursVariant {
  return { feed: (config) => ({ ...config, live: { ...config.live, [quota]: false } }) };
}

/** Without a feature of the score: one that starts at no weight is off. */
function weigh(blend: Partial<FeedConfig["blend"]>): OursVariant {
  return { feed: (config) => ({ ...config, blend: { ...config.blend, ...blend } }) };
}

function feed(change: Partial<FeedConfig>): OursVariant {
  return { feed: (config) => ({ ...config, ...change }) };
}

function explore(change: Partial<FeedConfig["explore"]>): OursVariant {
  return { feed: (config) => ({ ...config, explore: { ...config.explore, ...change } }) };
}

function together(change: Partial<FeedConfig["together"]>): OursVariant {
  return { feed: (config) => ({ ...config, together: { ...config.together, ...change } }) };
}

function part(name: keyof TasteConfig["parts"]): OursVariant {
  return { taste: (config) => ({ ...config, parts: { ...config.parts, [name]: false } }) };
}

function everyQuota<T extends Record<string, number>>(values: T, to: number): T {
  return Object.fromEntries(Object.keys(values).map((name) => [name, to])) as T;
}

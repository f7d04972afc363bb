import type { MakePolicy } from "./policy.ts";
import { centroidPolicy } from "./centroid.ts";
import { easePolicy } from "./ease.ts";
import { kmeansPolicy } from "./kmeans.ts";
import { oraclePolicy } from "./oracle.ts";
import { oursPolicy } from "./ours.ts";
import { pinnerSageExploringPolicy, pinnerSagePolicy } from "./pinnersage.ts";
import { popularPolicy, randomPolicy } from "./popular.ts";

/** The policies that stand side by side, and the oracle as what none can come beyond; by the name `--policies` takes. */
export const policies = {
  random: randomPolicy,
  popular: popularPolicy,
  centroid: centroidPolicy,
  "k-means": kmeansPolicy,
  pinnersage: pinnerSagePolicy,
  "pinnersage+popular": pinnerSageExploringPolicy,
  ease: easePolicy,
  ours: oursPolicy,
  oracle: oraclePolicy,
} as const satisfies Record<string, MakePolicy>;

export type PolicyName = keyof typeof policies;
export const policyNames = Object.keys(policies) as PolicyName[];

import { ablations } from "./policies/ablations.ts";
import { policies, policyNames } from "./policies/all.ts";
import type { PolicyName } from "./policies/all.ts";
import { makeOurs } from "./policies/ours.ts";
import type { Policy } from "./policies/policy.ts";
import type { World } from "./world/world.ts";

/** Everything that can be run: the policies, and ours with one part changed. */
export const armNames: readonly string[] = [...policyNames, ...Object.keys(ablations)];

export function makeArm(name: string, world: World): Policy | Promise<Policy> {
  const ablation = ablations[name];
  if (ablation) return makeOurs(world, ablation);
  if (!policyNames.includes(name as PolicyName)) throw new RangeError(`there is no policy "${name}"; choose among ${armNames.join(", ")}`);
  return policies[name as PolicyName](world);
}

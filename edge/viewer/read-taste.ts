import { Failure } from "#shared/contract/failures.ts";
import type { TasteView } from "#shared/contract/taste.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { Asking } from "../asking.ts";

/** The viewer's taste as the node has it now, else as it was last stored, marked stale. */
export type ReadTaste = (viewerId: string, asking: Asking) => Promise<TasteView>;

export function readTaste(
  { node, lastKnown }: { node: Pick<NodeClient, "taste">; lastKnown: (viewerId: string) => Promise<TasteView> },
): ReadTaste {
  return async (viewerId, asking) => {
    try {
      return await node.taste(viewerId, asking.requestId);
    } catch (error) {
      if (error instanceof NodeAway || (error instanceof Failure && error.code === "gpu.busy")) return lastKnown(viewerId);
      throw error;
    }
  };
}

import { wait } from "#shared/kernel/clock.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { PageCache } from "../clients/page-cache.ts";
import type { Asking } from "../asking.ts";
import { describe, log } from "../log.ts";

/**
 * Tells the others that a viewer's log has grown: the page cache, before the answer goes out, when waiting pages became
 * stale; the node, afterwards. Neither is needed for anything to be kept: the log has it.
 */
export type Announce = (viewerId: string, offset: number, turns: boolean, asking: Asking) => Promise<void>;

/** A page that is asked for at once catches the taste up itself, and then there is nothing left to do. */
const afterMs = 200;

export function announce({ pageCache, node }: { pageCache: PageCache; node: Pick<NodeClient, "observe"> }): Announce {
  return async (viewerId, offset, turns, asking) => {
    if (turns) {
      try {
        await pageCache.changed(viewerId, offset);
      } catch (error) {
        log({ event: "cache.away", call: "changed", error: describe(error) });
      }
    }
    asking.background("observe", wait(afterMs).then(() => node.observe([{ viewer_id: viewerId, offset }], asking.requestId)));
  };
}

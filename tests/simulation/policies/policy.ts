import type { LoggedSlot } from "../world/warm-log.ts";
import type { World } from "../world/world.ts";

/** What a policy may know when it fills a page: the viewer's own slots so far (oldest first) and the time. */
export interface Turn {
  history: readonly LoggedSlot[];
  seen: ReadonlySet<number>;
  now: number;
  slots: number;
}

/** One viewer's feed. */
export interface Feed {
  /** Image indices of the coming page, best place first; none that was seen, none twice. */
  page(turn: Turn): number[] | Promise<number[]>;
}

/** A way to fill pages. Whatever it learns across viewers it learns from the world's warm log. */
export interface Policy {
  name: string;
  feedFor(viewer: { id: string; seed: number }): Feed;
}

export type MakePolicy = (world: World) => Policy;

import type { Blend } from "#shared/feed/feed-config.ts";
import type { SpokenFor } from "#shared/taste/collective/together.ts";

/** An image a viewer judged, and how: a like is 1, what speaks against it is negative, both decayed as the caller sees fit. */
export interface Judged {
  image_id: string;
  strength: number;
}

/** What is known of a slot's reception in general: of so many images offered, so many were welcomed. */
export interface Reception {
  offered: number;
  welcomed: number;
}

/**
 * What viewers tell about each other, as the jobs last found it; for composing pages. Answers come from memory and are
 * refreshed behind; only the first question about a viewer or an image waits for the database. Everything is empty, never an
 * error, where nothing is known yet.
 */
export interface CollectiveMemory {
  /** Images that these likes speak for by who likes things together, by id, the best first; none of `judged` themselves. */
  togetherFor(judged: Iterable<Judged>, limit?: number): Promise<ReadonlyMap<string, SpokenFor>>;
  /** Images the viewer's neighbours liked of late, each backed by two of them or more; the best first. */
  neighbourImages(viewerId: string): Promise<readonly string[]>;
  /** Images between the viewer's community and another; the best first. */
  bridgeImages(viewerId: string): Promise<readonly string[]>;
  /**
   * P(next region | the regions of the viewer's latest likes, the latest first): sums to one over all regions, staying
   * included. Empty without recent regions, or before regions are drawn.
   */
  transitionsFor(viewerId: string, recentRegions: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Slots in which each image was served of late; images never served are not in it. */
  exposures(imageIds: Iterable<string>): Promise<ReadonlyMap<string, Reception>>;
  /** The blend of a viewer of whom nothing is known yet, as all viewers' slots taught it; undefined while they are too few. */
  blendPrior(): Promise<Blend | undefined>;
  /** Drops what memory holds of the viewer. */
  forget(viewerId: string): void;
}

import type { CollectiveMemory } from "./collective-memory.ts";

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** A memory that knows nothing of anybody: pages are composed by the viewer's own taste alone. */
export const noCollective: CollectiveMemory = {
  togetherFor: () => Promise.resolve(nothing),
  neighbourImages: () => Promise.resolve([]),
  bridgeImages: () => Promise.resolve([]),
  transitionsFor: () => Promise.resolve(nothing),
  exposures: () => Promise.resolve(nothing),
  forget: () => undefined,
};

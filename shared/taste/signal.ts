import { aimsAtContent } from "./aim.ts";

/** What a viewer can do that taste hears of: interactions with an image first, then controls of taste itself. */
export const interactionKinds = [
  "view", "dwell", "open", "like", "love", "save", "share", "hide", "less", "hate",
  "undo", "forget_puddle", "forget_suppressed", "settings", "recluster", "move", "reset",
] as const;

export type InteractionKind = (typeof interactionKinds)[number];

/** One line of a viewer's interaction log; `viewer_seq` counts up by one within the viewer. */
export interface TasteEvent {
  viewer_seq: number;
  event_id: string;
  kind: InteractionKind;
  image_id?: string;
  /** `dwell`: milliseconds. */
  value?: number;
  /** `undo`: an event id; `forget_puddle`, `forget_suppressed`: the id of what to forget; `less`: what it is aimed at (see aim.ts); `move`: see move.ts. */
  target?: string;
  /** Milliseconds since the epoch. */
  at: number;
}

const fixedStrength: Record<Exclude<InteractionKind, "dwell">, number> = {
  view: 0, open: 0.3, like: 1, love: 1.5, save: 1.2, share: 1.2,
  hide: -1, less: -0.8, hate: -1.5,
  undo: 0, forget_puddle: 0, forget_suppressed: 0, settings: 0, recluster: 0, move: 0, reset: 0,
};

/**
 * How much an event says for (+) or against (−) its image; a plain like is 1, and 0 says nothing. A `less` aimed at why an image
 * was shown (its popularity, say) says nothing against the image.
 */
export function signalStrength(event: Pick<TasteEvent, "kind" | "value" | "target">): number {
  if (event.kind === "less" && !aimsAtContent(event.target)) return 0;
  return event.kind === "dwell" ? dwellStrength(event.value ?? 0) : fixedStrength[event.kind];
}

/** Positives that are an act, not a pause: what re-clustering stands on. */
export const deliberateKinds = ["open", "like", "love", "save", "share"] as const satisfies readonly InteractionKind[];

const deliberate: ReadonlySet<InteractionKind> = new Set(deliberateKinds);

export function isDeliberate(event: Pick<TasteEvent, "kind" | "image_id">): boolean {
  return deliberate.has(event.kind) && event.image_id !== undefined;
}

/** Emphatic signals move the user vector further (0.15 instead of 0.10). */
export function isStrongSignal(kind: InteractionKind): boolean {
  return kind === "love" || kind === "hate" || kind === "save" || kind === "share";
}

/**
 * A pause under 1.5 s is scrolling, not dislike, so it says nothing. From there it rises to 0.2 at 3 s and with the
 * logarithm of time to 0.5 at 20 s, where an idle screen stops counting for more.
 */
function dwellStrength(ms: number): number {
  if (!(ms >= 1_500)) return 0;
  if (ms < 3_000) return (0.2 * (ms - 1_500)) / 1_500;
  return Math.min(0.5, 0.2 + (0.3 * Math.log(ms / 3_000)) / Math.log(20 / 3));
}

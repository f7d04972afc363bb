import type { Image } from "#shared/contract/image.ts";
import type { TasteView } from "#shared/contract/taste.ts";
import { ago } from "../ui/ago.ts";

export interface Details {
  title: string;
  lines: string[];
  image: Image | null;
}

export function percent(share: number): string {
  return share < 0.005 ? "under 1 %" : `${Math.round(share * 100)} %`;
}

const markWords = { liked: "You liked this", hidden: "You hid this", seen: "You have seen this" };

/** What there is to say about one spot of the map; null for a spot that is gone. */
export function detailsOf(view: TasteView, spotId: string): Details | null {
  const puddle = view.puddles.find((one) => one.id === spotId);
  if (puddle) {
    return { title: puddle.label, lines: [`${percent(puddle.share)} of your taste`, `${puddle.count} ${puddle.count === 1 ? "sign" : "signs"}, last ${ago(puddle.last_updated)}`], image: puddle.medoid };
  }
  const region = view.suppressed.find((one) => one.id === spotId);
  if (region) return { title: "Held back", lines: ["The feed avoids what is near this", `since ${ago(region.last_updated)}`], image: region.image };
  const dot = view.map.images.find(({ image, mark }) => `${mark}:${image.id}` === spotId);
  return dot ? { title: dot.image.caption || dot.image.style || "Untitled", lines: [markWords[dot.mark]], image: dot.image } : null;
}

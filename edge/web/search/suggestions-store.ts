import { signal } from "@preact/signals";
import type { z } from "zod";
import type { Image } from "#shared/contract/image.ts";
import type { RegionList, RegionView } from "#shared/contract/region.ts";
import { call } from "../api/client.ts";
import { spreadOut } from "../welcome/spread-out.ts";

export interface Suggestion {
  text: string;
  image: Image;
}

/** Things one can look for, from all over the gallery; empty until they were asked for, or where there are none. */
export const suggestions = signal<readonly Suggestion[]>([]);
const offered = 10;
let asked = false;

export async function loadSuggestions(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const { regions } = await call<z.infer<typeof RegionList>>("GET", "/v1/regions");
    suggestions.value = suggestionsOf(regions);
  } catch {
    asked = false; // An extra: it is asked for again when the box is next opened.
  }
}

/** A region by the style of the image that stands for it, else by its label's first word; far ones first, each text once. */
export function suggestionsOf(regions: readonly Pick<RegionView, "label" | "top_images" | "x" | "y">[]): Suggestion[] {
  const texts = new Set<string>();
  const named = spreadOut(regions, regions.length).flatMap(({ label, top_images: [image] }) => {
    const text = (image?.style || label.split(" · ")[0] || "").replaceAll("-", " ");
    if (image === undefined || text === "" || texts.has(text)) return [];
    texts.add(text);
    return [{ text, image }];
  });
  return named.slice(0, offered);
}

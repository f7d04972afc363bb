import { route } from "../ui/route.ts";
import { marks } from "./acts.ts";
import type { Tile } from "./feed-store.ts";
import { tiles } from "./wall-source.ts";

/** The tile of the image that is open, if it hangs on the wall. */
export function shownTile(): Tile | null {
  return tiles.value.find((tile) => tile.item.image.id === route.value.imageId) ?? null;
}

/** The image before or after another in the feed's order, skipping what is hidden. */
export function neighbour(imageId: string, by: 1 | -1): string | null {
  const ids = tiles.value.map((tile) => tile.item.image.id).filter((id) => id === imageId || marks.value.get(id)?.hide === undefined);
  const index = ids.indexOf(imageId);
  return index < 0 ? null : (ids[index + by] ?? null);
}

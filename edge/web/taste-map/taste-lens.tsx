import { openTaste } from "../ui/route.ts";
import { PictureOfTaste } from "./picture-of-taste.tsx";
import { taste } from "./taste-store.ts";

/** The map, small and always there on a wide screen, so that a like is seen to move it. */
export function TasteLens() {
  const view = taste.value;
  if (view === null) return null;
  return (
    <button type="button" class="lens" aria-label="Open the taste map" data-testid="taste-lens" onClick={openTaste}>
      <PictureOfTaste view={view} compact />
    </button>
  );
}

import { openTaste } from "../ui/route.ts";
import { PictureOfTaste } from "./picture-of-taste.tsx";
import { taste } from "./taste-store.ts";

/** The map, small and always there on a wide screen once there is water on it, so that a like is seen to move it. */
export function TasteLens() {
  const view = taste.value;
  if (view === null || view.puddles.length === 0) return null;
  return (
    <button type="button" class="lens" aria-label="Open the taste map" data-testid="taste-lens" onClick={openTaste}>
      <PictureOfTaste view={view} compact />
    </button>
  );
}

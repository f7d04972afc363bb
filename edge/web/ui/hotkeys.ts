import { mark, placeOf, undo } from "../feed/acts.ts";
import type { Direction } from "../feed/spatial-focus.ts";
import { focusedTile, hideTile, moveFocus } from "../feed/wall-focus.ts";
import { focusSearch } from "../search/search-box-store.ts";
import { endSearch, lookedFor } from "../search/search-store.ts";
import { asked, askWhy, closeWhy } from "../feed/why-store.ts";
import { neighbour, shownTile } from "../feed/lightbox-store.ts";
import { helpOpen } from "./help-sheet.tsx";
import { closeTop, openImage, openTaste, route } from "./route.ts";

const arrows: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/** One place for every key. Returns whether the key was ours. */
function press(key: string): boolean {
  const { imageId, taste } = route.value;
  if (key === "Escape") return escape();
  if (key === "?") return did(() => (helpOpen.value = !helpOpen.value));
  if (helpOpen.value) return false;
  if (key === "u") return did(() => void undo());
  if (key === "m" && imageId === null) return did(taste ? closeTop : openTaste);
  if (imageId !== null && (key === "ArrowLeft" || key === "ArrowRight")) {
    const next = neighbour(imageId, key === "ArrowRight" ? 1 : -1);
    return next === null ? false : did(() => openImage(next));
  }
  if (taste && imageId === null) return false;
  if (imageId === null) {
    if (key === "/") return did(focusSearch);
    if (key === "j" || key === "k") return moveFocus(key === "j" ? "down" : "up");
    const direction = arrows[key];
    if (direction !== undefined) return focusedTile() !== null && asked.value === null && moveFocus(direction);
  }
  return act(key);
}

/** Keys that act on the image opened, else on the tile in focus. */
function act(key: string): boolean {
  const focused = route.value.imageId === null ? focusedTile() : null;
  const tile = focused?.tile ?? shownTile();
  if (tile === null) return false;
  if (key === "l") return did(() => mark(tile.item.image, "like", placeOf(tile)));
  if (key === "s") return did(() => mark(tile.item.image, "save", placeOf(tile)));
  if (key === "h" && focused !== null) return did(() => hideTile(tile, focused.index));
  if (key === "w") {
    const opener = document.querySelector<HTMLElement>(focused === null ? ".lightbox [data-testid=why]" : `[data-image="${tile.item.image.id}"] a.look`);
    return opener === null ? false : did(() => askWhy(tile, opener));
  }
  return false;
}

function escape(): boolean {
  if (asked.value !== null) return did(closeWhy);
  if (helpOpen.value) return did(() => (helpOpen.value = false));
  if (route.value.imageId !== null || route.value.taste) return did(closeTop);
  if (lookedFor.value !== null) return did(endSearch);
  return false;
}

function did(run: () => void): true {
  run();
  return true;
}

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    // The dial is an input too, but only the arrows are its own.
    const sliding = target.matches("input[type=range]") && event.key in arrows;
    const typing = target.matches("input:not([type=range]), select, textarea, [contenteditable]") && event.key !== "Escape";
    if (event.defaultPrevented || event.altKey || typing || sliding) return;
    const undoKey = (event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey;
    if ((event.ctrlKey || event.metaKey) && !undoKey) return;
    if (press(undoKey ? "u" : event.key)) event.preventDefault();
  });
}

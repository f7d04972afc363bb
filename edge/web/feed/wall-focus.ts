import { mark, marks, placeOf } from "./acts.ts";
import type { Tile } from "./feed-store.ts";
import type { Placed } from "./masonry.ts";
import { step, type Direction } from "./spatial-focus.ts";
import { tiles } from "./wall-source.ts";

let placed: readonly Placed[] = [];
let reveal: (index: number) => void = () => undefined;

/** The wall says where its tiles lie, and how to bring one into the document that scrolling has left behind. */
export function describeWall(tilesPlaced: readonly Placed[], bringIn: (index: number) => void): void {
  placed = tilesPlaced;
  reveal = bringIn;
}

/** The tile that holds the focus, itself or in one of its buttons. */
export function focusedTile(): { tile: Tile; index: number } | null {
  const index = Number(document.activeElement?.closest("article.tile")?.querySelector<HTMLElement>("a.look")?.dataset["index"] ?? NaN);
  const tile = tiles.value[index];
  return tile === undefined ? null : { tile, index };
}

/** Moves the focus one tile; without a focused tile, to the first in view. */
export function moveFocus(direction: Direction): boolean {
  const from = focusedTile()?.index;
  const boxes = placed.map((box, index) => (isHidden(index) ? null : box));
  const to = from === undefined ? firstInView() : step(boxes, from, direction);
  if (to === null) return false;
  focusTile(to);
  return true;
}

/** What held the focus hangs no more: it goes to the first tile in view rather than getting lost. */
export function focusFirst(): void {
  const first = firstInView();
  if (first !== null) focusTile(first);
}

/** Hides a tile; a focus it held goes to its neighbour rather than getting lost. */
export function hideTile(tile: Tile, index: number): void {
  const held = focusedTile()?.index === index;
  const boxes = placed.map((box, other) => (isHidden(other) ? null : box));
  const next = step(boxes, index, "down") ?? step(boxes, index, "right") ?? step(boxes, index, "left") ?? step(boxes, index, "up");
  mark(tile.item.image, "hide", placeOf(tile));
  if (held && next !== null) focusTile(next);
}

export function isHidden(index: number): boolean {
  const tile = tiles.value[index];
  return tile !== undefined && marks.value.get(tile.item.image.id)?.hide !== undefined;
}

function focusTile(index: number): void {
  reveal(index);
  requestAnimationFrame(() => {
    const link = document.querySelector<HTMLElement>(`a.look[data-index="${index}"]`);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
}

function firstInView(): number | null {
  const links = [...document.querySelectorAll<HTMLElement>(".tile:not(.hidden) a.look")];
  const first = links.find((link) => link.getBoundingClientRect().top >= 64) ?? links[0];
  return first === undefined ? null : Number(first.dataset["index"]);
}

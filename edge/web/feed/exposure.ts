import { placeOf, tell } from "./acts.ts";
import { DwellMeter } from "./dwell-meter.ts";
import { markSeen, type Tile } from "./feed-store.ts";

/** Part of a tile (or of the screen, for a tile taller than it) that must show for it to count as in view. */
const enough = 0.6;
const viewed = new Set<string>();
const watched = new WeakMap<Element, Tile>();
const inView = new Map<string, Tile>();
let covered = false;

const meter = new DwellMeter<Tile>((tile, ms) => tell("dwell", tile.item.image.id, placeOf(tile), { value: ms }));

const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const tile = watched.get(entry.target);
      if (tile === undefined) continue;
      if (entry.isIntersecting && tile.pageId !== null) markSeen(tile.pageId);
      const screen = entry.rootBounds?.height ?? window.innerHeight;
      const whole = Math.min(entry.boundingClientRect.height, screen);
      if (entry.isIntersecting && entry.intersectionRect.height >= enough * whole) enter(tile);
      else leave(tile);
    }
  },
  { threshold: [0, 0.2, 0.4, 0.6, 0.8, 1] },
);

/** Watches a tile's exposure; returns what ends it. */
export function watch(element: Element, tile: Tile): () => void {
  watched.set(element, tile);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    leave(tile);
  };
}

/** While something lies over the wall, nobody is looking at what is under it. */
export function cover(isCovered: boolean): void {
  covered = isCovered;
  settle();
}

/** Ends every running dwell, so that it can be sent before the page goes away. */
export function settle(): void {
  const now = performance.now();
  meter.leaveAll(now);
  if (covered || document.hidden) return;
  for (const tile of inView.values()) enter(tile);
}

function enter(tile: Tile): void {
  inView.set(tile.key, tile);
  if (covered || document.hidden) return;
  meter.enter(tile, performance.now());
  if (viewed.has(tile.key)) return;
  viewed.add(tile.key);
  tell("view", tile.item.image.id, placeOf(tile));
}

function leave(tile: Tile): void {
  inView.delete(tile.key);
  meter.leave(tile, performance.now());
}

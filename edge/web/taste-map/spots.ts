import type { TasteView } from "#shared/contract/taste.ts";

/** Something on the map that may move and grow: in pixels, `alpha` 0 to 1. */
export interface Spot {
  id: string;
  kind: "puddle" | "suppressed" | "you" | "liked" | "hidden" | "seen";
  x: number;
  y: number;
  radius: number;
  alpha: number;
}

/** A window on the plane of the taste view: pixels, and the point and magnification that fill them. */
export interface Frame {
  width: number;
  height: number;
  compact: boolean;
  centre: { x: number; y: number };
  zoom: number;
}

const margin = 0.1;
const strongestZoom = 1.8;

/** The whole plane; the small lens instead looks at the part that holds the puddles. */
export function frameFor(view: TasteView, width: number, height: number, compact: boolean): Frame {
  if (!compact || view.puddles.length === 0) return { width, height, compact, centre: { x: 0, y: 0 }, zoom: 1 };
  const xs = view.puddles.map((puddle) => puddle.x);
  const ys = view.puddles.map((puddle) => puddle.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const across = Math.max(right - left, bottom - top) + 0.7;
  return { width, height, compact, centre: { x: (left + right) / 2, y: (top + bottom) / 2 }, zoom: Math.min(strongestZoom, 2 / across) };
}

/** Lays the plane (−1 to 1 both ways) over the frame, with a margin for discs and labels. */
export function project(point: { x: number; y: number }, { width, height, centre, zoom }: Frame): { x: number; y: number } {
  return { x: width / 2 + (point.x - centre.x) * zoom * width * (0.5 - margin), y: height / 2 + (point.y - centre.y) * zoom * height * (0.5 - margin) };
}

/** Every spot of a taste view, puddles with room between them. The larger a puddle's share, the more ground its water covers. */
export function spotsOf(view: TasteView, frame: Frame): Spot[] {
  const room = Math.min(frame.width, frame.height) * frame.zoom;
  const puddles = view.puddles.map((puddle): Spot => ({ ...project(puddle, frame), id: puddle.id, kind: "puddle", radius: room * (0.035 + 0.17 * Math.sqrt(puddle.share)), alpha: 1 }));
  const suppressed = view.suppressed.map((region): Spot => ({ ...project(region, frame), id: region.id, kind: "suppressed", radius: room * (0.03 + 0.05 * Math.min(1, region.radius)), alpha: Math.min(1, 0.35 + region.strength) }));
  const images = view.map.images.map(({ image, mark, x, y }): Spot => ({ ...project({ x, y }, frame), id: `${mark}:${image.id}`, kind: mark, radius: (mark === "seen" ? 1.6 : 3) / (frame.compact ? 1.6 : 1), alpha: 1 }));
  const you = view.user_vector === null ? [] : [{ ...project(view.user_vector, frame), id: "you", kind: "you", radius: frame.compact ? 5 : 11, alpha: 1 } satisfies Spot];
  return [...images, ...part([...puddles, ...suppressed], frame), ...you];
}

/** The disc a puddle's medoid image is shown in; what is held back has no image and is its own disc. */
export function discRadius(spot: Spot, compact: boolean): number {
  return spot.kind === "puddle" ? Math.max(compact ? 5 : 15, spot.radius * 0.58) : spot.radius;
}

/** Moves spots whose discs would cover each other apart, a little at a time, and keeps them inside the frame. */
export function part(spots: readonly Spot[], frame: Frame): Spot[] {
  const moved = spots.map((spot) => ({ ...spot }));
  const gap = frame.compact ? 2 : 24;
  for (let round = 0; round < 60; round++) {
    for (const [i, a] of moved.entries()) {
      for (const b of moved.slice(i + 1)) {
        const wanted = discRadius(a, frame.compact) + discRadius(b, frame.compact) + gap;
        const dx = b.x - a.x || 0.01;
        const dy = b.y - a.y || 0.01;
        const distance = Math.hypot(dx, dy);
        if (distance >= wanted) continue;
        const push = (wanted - distance) / 2 / distance;
        a.x -= dx * push;
        a.y -= dy * push;
        b.x += dx * push;
        b.y += dy * push;
      }
    }
    for (const spot of moved) {
      const edge = Math.min(discRadius(spot, frame.compact) + (frame.compact ? 2 : 12), Math.min(frame.width, frame.height) / 2);
      spot.x = Math.max(edge, Math.min(frame.width - edge, spot.x));
      spot.y = Math.max(edge, Math.min(frame.height - edge - (frame.compact ? 0 : 18), spot.y));
    }
  }
  return moved;
}

/** The picture between two: what stays glides, what is new grows in place, what is gone sinks. `t` runs from 0 to 1. */
export function between(from: readonly Spot[], to: readonly Spot[], t: number): Spot[] {
  if (t >= 1) return [...to];
  const before = new Map(from.map((spot) => [spot.id, spot]));
  const after = new Set(to.map((spot) => spot.id));
  const mix = (a: number, b: number) => a + (b - a) * t;
  const staying = to.map((spot) => {
    const old = before.get(spot.id) ?? { ...spot, radius: 0, alpha: 0 };
    return { ...spot, x: mix(old.x, spot.x), y: mix(old.y, spot.y), radius: mix(old.radius, spot.radius), alpha: mix(old.alpha, spot.alpha) };
  });
  const going = from.filter((spot) => !after.has(spot.id)).map((spot) => ({ ...spot, radius: mix(spot.radius, 0), alpha: mix(spot.alpha, 0) }));
  return [...going, ...staying];
}

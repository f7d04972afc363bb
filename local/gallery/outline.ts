import type { Random } from "#shared/kernel/random.ts";
import type { Noise } from "./noise.ts";
import { tenth } from "./sheet.ts";

export type Point = readonly [x: number, y: number];

/** Straight lines from point to point. */
export function lines(points: readonly Point[], closed = false): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${tenth(x)} ${tenth(y)}`).join("") + (closed ? "Z" : "");
}

/** A smooth curve through the points (Catmull–Rom, written as cubic Béziers). */
export function curve(points: readonly Point[], closed = false, tension = 1): string {
  const count = points.length;
  const at = (i: number) => (closed ? points[(i + count) % count]! : points[Math.max(0, Math.min(count - 1, i))]!);
  let d = `M${tenth(at(0)[0])} ${tenth(at(0)[1])}`;
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const pull = tension / 6;
    d += `C${tenth(from[0] + (to[0] - before[0]) * pull)} ${tenth(from[1] + (to[1] - before[1]) * pull)} ${tenth(to[0] - (after[0] - from[0]) * pull)} ${tenth(to[1] - (after[1] - from[1]) * pull)} ${tenth(to[0])} ${tenth(to[1])}`;
  }
  return closed ? `${d}Z` : d;
}

/** A closed organic outline round (x, y); `wobble` is the share by which the radius varies. */
export function blobPoints(random: Random, x: number, y: number, radiusX: number, radiusY: number, wobble: number, corners = 9): Point[] {
  const turn = random() * Math.PI * 2;
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + ((i + (random() - 0.5) * 0.5) / corners) * Math.PI * 2;
    const reach = 1 + (random() * 2 - 1) * wobble;
    return [x + Math.cos(angle) * radiusX * reach, y + Math.sin(angle) * radiusY * reach];
  });
}

export const blob = (random: Random, x: number, y: number, radiusX: number, radiusY: number, wobble: number, corners = 9) =>
  curve(blobPoints(random, x, y, radiusX, radiusY, wobble, corners), true);

/** A skyline of land from edge to edge: heights from noise around `base`, `swing` pixels up and down. */
export function ridgePoints(noise: Noise, width: number, base: number, swing: number, roughness: number, row: number, steps = 60): Point[] {
  return Array.from({ length: steps + 1 }, (_, i) => [(i / steps) * width, base + noise((i / steps) * roughness + row * 7.3, row * 3.1) * swing]);
}

/** Closes a skyline down to `floor`, so that it can be filled. */
export function land(points: readonly Point[], floor: number, smooth = true): string {
  const first = points[0]!;
  const last = points[points.length - 1]!;
  return `${smooth ? curve(points) : lines(points)}L${tenth(last[0])} ${tenth(floor)}L${tenth(first[0])} ${tenth(floor)}Z`;
}

export function regular(x: number, y: number, radius: number, corners: number, turn = 0): Point[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (i / corners) * Math.PI * 2;
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
  });
}

/** An arc-bounded slice of a ring; angles in radians, clockwise from the right. */
export function ringSlice(x: number, y: number, inner: number, outer: number, from: number, to: number): string {
  const large = to - from > Math.PI ? 1 : 0;
  const p = (r: number, a: number) => `${tenth(x + Math.cos(a) * r)} ${tenth(y + Math.sin(a) * r)}`;
  return `M${p(outer, from)}A${tenth(outer)} ${tenth(outer)} 0 ${large} 1 ${p(outer, to)}L${p(inner, to)}A${tenth(inner)} ${tenth(inner)} 0 ${large} 0 ${p(inner, from)}Z`;
}

/** A leaf from its stalk at (x, y), pointing along `angle`; `belly` is its half width as a share of its length. */
export function leaf(x: number, y: number, length: number, angle: number, belly = 0.22): string {
  const place = (along: number, aside: number) =>
    `${tenth(x + Math.cos(angle) * along * length - Math.sin(angle) * aside * length)} ${tenth(y + Math.sin(angle) * along * length + Math.cos(angle) * aside * length)}`;
  return `M${place(0, 0)}C${place(0.25, belly * 1.2)} ${place(0.7, belly * 1.1)} ${place(1, 0)}C${place(0.7, -belly * 1.1)} ${place(0.25, -belly * 1.2)} ${place(0, 0)}Z`;
}

/** Points no closer than `gap`, by dart throwing; at most `most` of them. */
export function scatter(random: Random, width: number, height: number, gap: number, most: number): Point[] {
  const points: Point[] = [];
  for (let tries = 0; tries < most * 12 && points.length < most; tries++) {
    const [x, y] = [random() * width, random() * height];
    if (points.every(([px, py]) => (px - x) ** 2 + (py - y) ** 2 >= gap * gap)) points.push([x, y]);
  }
  return points;
}

import type { Random } from "#shared/kernel/random.ts";

/** A smooth random field over the plane, about −1 to 1, with features about one unit wide. */
export type Noise = (x: number, y: number) => number;

/** Gradient noise (Ken Perlin, "Improving Noise", 2002) in two dimensions; repeats every 256 units. */
export function gradientNoise(random: Random): Noise {
  const order = new Uint8Array(512);
  for (let i = 0; i < 256; i++) order[i] = i;
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  order.copyWithin(256, 0, 256);
  const slopeX = new Float32Array(256);
  const slopeY = new Float32Array(256);
  for (let i = 0; i < 256; i++) {
    slopeX[i] = Math.cos((i * Math.PI) / 128);
    slopeY[i] = Math.sin((i * Math.PI) / 128);
  }
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dx = x - left;
    const dy = y - top;
    const column = order[left & 255]!;
    const next = order[(left + 1) & 255]!;
    const row = top & 255;
    const below = (top + 1) & 255;
    const a = order[column + row]!;
    const b = order[next + row]!;
    const c = order[column + below]!;
    const d = order[next + below]!;
    const fadeX = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
    const fadeY = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
    const upperLeft = slopeX[a]! * dx + slopeY[a]! * dy;
    const upperRight = slopeX[b]! * (dx - 1) + slopeY[b]! * dy;
    const lowerLeft = slopeX[c]! * dx + slopeY[c]! * (dy - 1);
    const lowerRight = slopeX[d]! * (dx - 1) + slopeY[d]! * (dy - 1);
    const upper = upperLeft + (upperRight - upperLeft) * fadeX;
    const lower = lowerLeft + (lowerRight - lowerLeft) * fadeX;
    return (upper + (lower - upper) * fadeY) * 1.5;
  };
}

/** Octaves of halving size and weight. */
export function fractal(noise: Noise, octaves: number): Noise {
  let total = 0;
  for (let i = 0; i < octaves; i++) total += 0.5 ** i;
  return (x, y) => {
    let sum = 0;
    let weight = 1;
    for (let i = 0; i < octaves; i++) {
      sum += weight * noise(x, y);
      weight *= 0.5;
      x = x * 2 + 17.3;
      y = y * 2 + 5.7;
    }
    return (sum / total) * 1.3;
  };
}

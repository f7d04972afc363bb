import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { readProjection } from "../projection.ts";
import { fitProjection } from "./fit-projection.ts";
import type { Example } from "./fit-projection.ts";
import { eigen, matrix, multiply, principalDirections, rowOf, transpose } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { measureRetrieval } from "./retrieval.ts";

const seeds = fc.integer({ min: 0, max: 1e6 });
function drawMatrix(rows: number, columns: number, seed: number | string): Matrix {
  const random = seededRandom(seed);
  const out = matrix(rows, columns);
  for (let i = 0; i < out.values.length; i++) out.values[i] = drawNormal(random);
  return out;
}
const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));

describe("eigenvectors", () => {
  it("are orthonormal, ordered and rebuild the matrix", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), seeds, (n, seed) => {
      const root = drawMatrix(n, n, seed);
      const symmetric = multiply(root, transpose(root));
      const { values, vectors } = eigen(symmetric);
      const scaled = { ...vectors, values: vectors.values.map((value, i) => value * values[Math.floor(i / n)]!) };
      const rebuilt = multiply(transpose(vectors), scaled);
      expect(largest(rebuilt.values.map((value, i) => value - symmetric.values[i]!))).toBeLessThan(1e-6 * (1 + largest(symmetric.values)));
      const products = multiply(vectors, transpose(vectors)).values;
      expect(largest(products.map((value, i) => value - (i % (n + 1) === 0 ? 1 : 0)))).toBeLessThan(1e-8);
      expect([...values]).toEqual([...values].sort((a, b) => b - a));
    }), { numRuns: 30 });
  });

  it("of the data's strongest directions are found by subspace iteration", () => {
    const data = drawMatrix(60, 20, "noise");
    for (let i = 0; i < 60; i++) rowOf(data, i).forEach((value, k, row) => (row[k] = value * (k === 7 ? 30 : k === 3 ? 10 : 0.1)));
    const directions = principalDirections(data, 2, seededRandom(1));
    expect(Math.abs(rowOf(directions, 0)[7]!)).toBeGreaterThan(0.999);
    expect(Math.abs(rowOf(directions, 1)[3]!)).toBeGreaterThan(0.999);
  });
});

describe("a fitted projection", () => {
  /** Forty styles told apart by eight quiet measures under sixteen loud ones that say nothing. */
  const drawExamples = (seed: string, perStyle: number): Example[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 40 }, (_, style) => {
      const own = Array.from({ length: 8 }, () => drawNormal(random));
      return Array.from({ length: perStyle }, () => ({
        style: `${seed} ${style}`,
        measures: Float32Array.from([...own.map((value) => value + 0.3 * drawNormal(random)), ...Array.from({ length: 16 }, () => 5 * drawNormal(random))]),
      }));
    }).flat();
  };
  const retrieve = (examples: Example[], project: (measures: Float32Array) => Float32Array) => {
    const all = examples.map(({ style, measures }) => ({ style, vector: project(measures) }));
    return measureRetrieval(all, all);
  };
  const stored = fitProjection(drawExamples("seen", 4), { space: "test-1", outputs: 8, blocks: [8, 16], principal: 24 });

  it("brings pictures of styles it never saw together, better than the raw measures do", () => {
    const unseen = drawExamples("unseen", 3);
    const raw = retrieve(unseen, (measures) => readRaw(measures));
    const fitted = retrieve(unseen, readProjection(stored));
    expect(fitted.first).toBeGreaterThan(0.8);
    expect(fitted.first).toBeGreaterThan(2 * raw.first);
    expect(fitted.ratio).toBeLessThan(0.5);
  });

  it("is the same for the same examples and calibrated near the distance of strangers", () => {
    expect(fitProjection(drawExamples("seen", 4), { space: "test-1", outputs: 8, blocks: [8, 16], principal: 24 })).toEqual(stored);
    expect(stored.calibration.mean).toBeGreaterThan(0.8);
    expect(stored.calibration.mean).toBeLessThan(1.1);
    expect(stored.calibration.sd).toBeGreaterThan(0.1);
  });

  const readRaw = (measures: Float32Array) => {
    const length = Math.hypot(...measures);
    return measures.map((value) => value / length);
  };
});

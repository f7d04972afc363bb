import { expect, it } from "vitest";
import { unit } from "#shared/kernel/vector.ts";
import { dbscanInSteps } from "./dbscan.ts";
import { runToEnd } from "./spherical-kmeans.ts";

const at = (degrees: number) => unit([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
const cluster = (angles: readonly number[], neighbours = 2) => [...runToEnd(dbscanInSteps(angles.map(at), 1 - Math.cos((5.01 * Math.PI) / 180), neighbours))];

it("finds dense stretches of any shape, takes rims in, and leaves what lies alone out", () => {
  expect(cluster([0, 4, 8, 12, 16, 90, 93, 96, 200])).toEqual([0, 0, 0, 0, 0, 1, 1, 1, -1]);
});

it("does not grow a cluster through a rim", () => {
  expect(cluster([0, 1, 2, 3, 8, 13], 3)).toEqual([0, 0, 0, 0, 0, -1]);
});

it("calls a pair outliers where a core needs two neighbours, and nothing of nothing", () => {
  expect(cluster([0, 1, 100])).toEqual([-1, -1, -1]);
  expect(cluster([])).toEqual([]);
});

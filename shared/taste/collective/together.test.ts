import fc from "fast-check";
import { Matrix, inverse } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { easeLinks } from "./ease.ts";
import { itemNeighbours } from "./item-neighbours.ts";
import { likeTable, likeTableDefaults } from "./like-table.ts";
import { LinkNumbers, linksOf, fitTogether, togetherScores, type Like, type LinkedImage, type TogetherLinks } from "./together.ts";
import { invertInPlace, paddedOrder } from "./spd-inverse.ts";

const asOf = 1_800_000_000_000;
const options = { ...likeTableDefaults, asOf };

const like = (viewer: number, image: number, more: Partial<Like> = {}): Like => ({ viewer_id: `v${viewer}`, image_id: `i${image}`, strength: 1, at: asOf, ...more });

/** Links written out, and links read as they are written. */
function linked(rows: Iterable<readonly [string, readonly LinkedImage[]]>): TogetherLinks {
  const numbers = new LinkNumbers();
  return { images: numbers.images, rows: new Map([...rows].map(([id, row]) => [id, numbers.row(row)])) };
}
function written({ images, rows }: TogetherLinks): Map<string, LinkedImage[]> {
  return new Map([...rows].map(([id, row]) => [id, Array.from(row.linked, (i, k) => ({ image_id: images[i]!, weight: row.weight[k]! }))]));
}

const anyLikes = fc.array(
  fc.record({ viewer: fc.nat(8), image: fc.nat(12), strength: fc.constantFrom(0.3, 1, 1.2, 1.5), days: fc.nat(200) })
    .map(({ viewer, image, strength, days }) => like(viewer, image, { strength, at: asOf - days * dayMs })),
  { maxLength: 80 },
);

describe("the blocked inverse", () => {
  it("is the inverse, for orders on either side of whole blocks", () => {
    for (const n of [1, 5, 64, 65, 130, 200]) {
      const random = seededRandom(n);
      const order = paddedOrder(n);
      const factors = Array.from({ length: n }, () => Array.from({ length: n }, () => random() - 0.5));
      const a = new Matrix(factors).mmul(new Matrix(factors).transpose()).add(Matrix.eye(n).mul(0.5));
      const packed = new Float64Array(order * order);
      for (let i = 0; i < order; i++) for (let j = 0; j <= i; j++) packed[i * order + j] = i < n ? a.get(i, j) : i === j ? 1 : 0;
      invertInPlace(packed, order);
      const reference = inverse(a);
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expect(packed[i * order + j]).toBeCloseTo(reference.get(i, j), 8);
    }
  });

  it("refuses a matrix that has none", () => {
    const order = paddedOrder(2);
    const zero = new Float64Array(order * order);
    expect(() => invertInPlace(zero, order)).toThrow(/not positive definite: pivot 0/);
  });
});

describe("EASE", () => {
  it("gives Steck's weights: −P_ij/P_jj of the dense reference", () => {
    fc.assert(fc.property(anyLikes, (likes) => {
      const table = likeTable(likes, { ...options, fewestViewers: 1 });
      const n = table.images.length;
      fc.pre(n > 1);
      const x = Matrix.zeros(table.start.length - 1, n);
      for (let u = 0; u + 1 < table.start.length; u++) for (let k = table.start[u]!; k < table.start[u + 1]!; k++) x.set(u, table.image[k]!, table.weight[k]!);
      const gram = x.transpose().mmul(x);
      const p = inverse(gram.clone().add(Matrix.eye(n).mul((0.7 * gram.trace()) / n)));
      const links = written(linksOf(easeLinks(table, { ridge: 0.7, keep: 100 })));
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          const found = links.get(table.images[i]!)?.find((link) => link.image_id === table.images[j]);
          const weight = i === j ? 0 : -p.get(i, j) / p.get(j, j);
          expect(found?.weight ?? 0).toBeCloseTo(weight, 5);
        }
    }), { numRuns: 60 });
  });

  it("links against an image, where what speaks for it is explained by another", () => {
    // Everybody who likes c likes a and b with it; those who like a alone of the two never like b.
    const likes = [...[1, 2, 3].flatMap((v) => [like(v, 1), like(v, 3)]), ...[4, 5, 6].flatMap((v) => [like(v, 2), like(v, 3)]), ...[7, 8].map((v) => like(v, 3))];
    const links = written(linksOf(easeLinks(likeTable(likes, options), { ridge: 0.1, keep: 10 })));
    const weight = (from: string, to: string) => links.get(from)!.find(({ image_id }) => image_id === to)!.weight;
    expect(weight("i1", "i3")).toBeGreaterThan(0);
    expect(weight("i1", "i2")).toBeLessThan(0);
    expect(weight("i2", "i1")).toBeLessThan(0);
  });

  it("keeps the weightiest links of either sign, in order", () => {
    fc.assert(fc.property(anyLikes, fc.integer({ min: 1, max: 6 }), (likes, keep) => {
      const table = likeTable(likes, options);
      const [whole, kept] = [Infinity, keep].map((some) => written(linksOf(easeLinks(table, { ridge: 0.7, keep: some }))));
      for (const [id, row] of whole!) {
        const sizes = row.map(({ weight }) => Math.abs(weight));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(kept!.get(id)).toEqual(row.slice(0, keep));
      }
    }));
  });
});

describe("item neighbours", () => {
  it("are the shrunk cosines of the columns", () => {
    const table = likeTable([like(1, 1), like(1, 2), like(2, 1), like(2, 2), like(3, 1), like(4, 2)], options);
    const links = written(linksOf(itemNeighbours(table, { shrinkage: 2, keep: 5, fewestTogether: 2 })));
    expect(links.get("i1")).toEqual([{ image_id: "i2", weight: expect.closeTo((2 / 3) * (2 / 4), 6) as number }]);
  });
});

describe.each([["EASE", 3_000], ["item neighbours", 0]])("together by %s", (_, catalogueLimit) => {
  it("is the same whatever the order of the likes", () => {
    fc.assert(fc.property(anyLikes, fc.nat(), (likes, seed) => {
      expect(fitTogether(shuffled(likes, seededRandom(seed)), { asOf, catalogueLimit })).toEqual(fitTogether(likes, { asOf, catalogueLimit }));
    }));
  });

  it("links no image that fewer than two viewers like, nor any to itself", () => {
    fc.assert(fc.property(anyLikes, (likes) => {
      const likers = new Map([...Map.groupBy(likes, ({ image_id }) => image_id)].map(([id, some]) => [id, new Set(some.map(({ viewer_id }) => viewer_id)).size]));
      for (const [id, row] of written(fitTogether(likes, { asOf, catalogueLimit }))) {
        for (const linked of [id, ...row.map(({ image_id }) => image_id)]) expect(likers.get(linked)!).toBeGreaterThanOrEqual(2);
        expect(row.map(({ image_id }) => image_id)).not.toContain(id);
      }
    }));
  });

  it("puts up what the same people like, and never what the viewer likes already", () => {
    const random = seededRandom("scenes");
    // Two scenes share no image; every viewer belongs to one.
    const likes = Array.from({ length: 40 }, (_, v) => Array.from({ length: 12 }, () => like(v, 2 * Math.floor(random() * 15) + (v % 2)))).flat();
    const mine = likes.filter(({ viewer_id }) => viewer_id === "v0");
    const scores = togetherScores(fitTogether(likes, { asOf, catalogueLimit }), mine, 10);
    expect(scores.size).toBeGreaterThan(2);
    for (const [id, { score, by }] of scores) {
      expect(mine.map(({ image_id }) => image_id)).toContain(by);
      expect(Number(id.slice(1)) % 2).toBe(0);
      expect(mine.map(({ image_id }) => image_id)).not.toContain(id);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
    }
  });
});

it("item neighbours link nothing that fewer than two viewers like together", () => {
  fc.assert(fc.property(anyLikes, (likes) => {
    const likers = Map.groupBy(likes, ({ image_id }) => image_id);
    for (const [id, row] of written(fitTogether(likes, { asOf, catalogueLimit: 0 })))
      for (const { image_id, weight } of row) {
        const mine = new Set(likers.get(id)!.map(({ viewer_id }) => viewer_id));
        expect(new Set(likers.get(image_id)!.filter(({ viewer_id }) => mine.has(viewer_id)).map(({ viewer_id }) => viewer_id)).size).toBeGreaterThanOrEqual(2);
        expect(weight).toBeGreaterThan(0);
      }
  }));
});

describe("together scores", () => {
  it("grow with every like that speaks for an image", () => {
    const links = linked([["a", [{ image_id: "c", weight: 0.4 }]], ["b", [{ image_id: "c", weight: 0.6 }]]]);
    const one = togetherScores(links, [{ image_id: "a", strength: 1 }], 5).get("c")!.score;
    expect(togetherScores(links, [{ image_id: "a", strength: 1 }, { image_id: "b", strength: 1 }], 5).get("c")!.score).toBeCloseTo(0.5, 7);
    expect(one).toBeLessThan(0.5);
  });

  it("name the like that says most", () => {
    const links = linked([["a", [{ image_id: "c", weight: 0.4 }]], ["b", [{ image_id: "c", weight: 0.6 }]]]);
    const by = (a: number, b: number) => togetherScores(links, [{ image_id: "a", strength: a }, { image_id: "b", strength: b }], 5).get("c")!.by;
    expect([by(1, 1), by(1, 0.5)]).toEqual(["b", "a"]);
  });

  it("fall with every slot that speaks against an image, and leave out what no more speaks for than against", () => {
    const links = linked([["a", [{ image_id: "c", weight: 0.8 }, { image_id: "d", weight: 0.2 }]], ["b", [{ image_id: "c", weight: 0.4 }, { image_id: "d", weight: 0.5 }]]]);
    const scores = (against: number) => togetherScores(links, [{ image_id: "a", strength: 1 }, { image_id: "b", strength: -against }], 5);
    expect(scores(0).get("d")!.score).toBeCloseTo(0.2 / 1.2, 7);
    expect(scores(0.3).get("c")!.score).toBeCloseTo((0.8 - 0.12) / (1 + 0.8 - 0.12), 7);
    expect(scores(0.3).get("d")!.score).toBeLessThan(scores(0).get("d")!.score);
    expect([...scores(0.6).keys()]).toEqual(["c"]);
    expect(scores(3).size).toBe(0);
  });

  it("of a passed-over image raise what that speaks against, though never above what is liked with a like as strong", () => {
    const links = linked([["a", [{ image_id: "c", weight: -0.5 }, { image_id: "d", weight: 0.5 }]], ["b", [{ image_id: "e", weight: 0.5 }]]]);
    const scores = togetherScores(links, [{ image_id: "a", strength: -0.3 }, { image_id: "b", strength: 1 }], 5);
    expect(scores.get("c")!.score).toBeCloseTo(0.15 / 1.15, 7);
    expect([scores.get("e")!.by, scores.get("c")!.by]).toEqual(["b", undefined]);
    expect([...scores.keys()]).toEqual(["e", "c"]);
  });

  it("lie between nought and one, best first, none of the judged and no more than asked, for strengths and weights of either sign", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const signed = fc.double({ min: -2, max: 2, noNaN: true });
    const judged = fc.array(fc.record({ image_id: id, strength: signed }), { maxLength: 8 });
    const anyLinks = fc.array(fc.tuple(id, fc.array(fc.record({ image_id: id, weight: signed }), { maxLength: 6 })), { maxLength: 6 });
    fc.assert(fc.property(judged, anyLinks, fc.nat(5), (judgements, rows, limit) => {
      const scores = [...togetherScores(linked(rows), judgements, limit)];
      expect(scores.length).toBeLessThanOrEqual(limit);
      scores.forEach(([image, { score }], i) => {
        expect(score).toBeGreaterThan(0);
        expect(score).toBeLessThan(1);
        expect(judgements.map(({ image_id }) => image_id)).not.toContain(image);
        if (i > 0) expect(score).toBeLessThanOrEqual(scores[i - 1]![1].score);
      });
    }));
  });
});

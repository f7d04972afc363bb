import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { evaluate } from "#tests/replay/evaluate.ts";
import { splitByTime } from "#tests/replay/holdout.ts";
import { rankingFigures } from "#tests/replay/ranking-figures.ts";
import { readRatings } from "#tests/replay/rating-log.ts";
import { ratingScale } from "#tests/replay/rating-scale.ts";
import { rankerNames } from "#tests/replay/rankers/all.ts";
import { writeSyntheticLog } from "#tests/replay/synthetic-log.ts";
import { readVectors } from "#tests/replay/vector-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "miraveja-replay-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function replay(...args: string[]): Promise<{ code: number; out: string; wrong: string }> {
  const entry = fileURLToPath(new URL("../replay/main.ts", import.meta.url));
  return new Promise((resolve) =>
    execFile(process.execPath, [entry, ...args], (error, out, wrong) => resolve({ code: error === null ? 0 : Number(error.code), out, wrong })));
}

describe("reading ratings", () => {
  it("takes columns in any order, by their usual names, and times as seconds, milliseconds or dates", async () => {
    const path = await file("order.csv", 'Timestamp,"rating",item_id,user\n1700000000,4,i1,u1\n1700000000000,"5",i2,u1\n2023-11-14T22:13:20Z,1,i1,u2\n');
    const log = await readRatings(path);
    expect(log.viewers).toEqual(["u1", "u2"]);
    expect(log.images).toEqual(["i1", "i2"]);
    expect([...log.rating]).toEqual([4, 5, 1]);
    expect([...log.at]).toEqual([1.7e12, 1.7e12, 1.7e12]);
    expect([...log.viewer, ...log.image]).toEqual([0, 0, 1, 0, 1, 0]);
  });

  it("counts bad lines and says where the first of them are and which field is wrong", async () => {
    const path = await file("bad.csv", "viewer,image,rating,timestamp\nv,i,4,1\nv,i,lots,1\nv,,4,1\nv,i,4,soon\nv,i\nv,i,3,2\n");
    const { count, bad } = await readRatings(path);
    expect(count).toBe(2);
    expect(bad).toEqual({
      count: 4,
      first: [`${path}:3: rating is not a number: lots`, `${path}:4: image is missing`, `${path}:5: timestamp is neither seconds, milliseconds nor a date: soon`, `${path}:6: rating is missing`],
    });
  });

  it.each([
    ["an empty file", "", /is empty/],
    ["a missing column", "viewer,image,timestamp\n1,2,3\n", /:1: no column “rating”/],
    ["nothing but bad lines", "viewer,image,rating,timestamp\nv,i,x,1\n", /holds no rating that can be read: .*:2: rating is not a number/],
  ])("refuses %s and says why", async (name, content, says) => {
    await expect(readRatings(await file(`${name}.csv`, content))).rejects.toThrow(says);
  });

  it("refuses more ratings than fit in memory, and a file that is not there", async () => {
    const path = await file("many.csv", `viewer,image,rating,timestamp\n${"v,i,4,1\n".repeat(30)}`);
    await expect(readRatings(path, undefined, 20)).rejects.toThrow(/more than 20 ratings/);
    expect((await readRatings(path, undefined, 30)).count).toBe(30);
    await expect(readRatings(join(folder, "nowhere.csv"))).rejects.toThrow(/nowhere.csv is not a file/);
  });
});

describe("reading vectors", () => {
  const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

  it("makes rows unit and finds their width from the number of ids", async () => {
    await file("good.ids.json", '["a", "b"]');
    const { dim, vectors, indexOf } = await readVectors(await file("good.f32", floats(3, 4, 0, 2)));
    expect([dim, indexOf.get("b")]).toEqual([2, 1]);
    expect([...vectors].map((value) => Math.round(1e6 * value) / 1e6)).toEqual([0.6, 0.8, 0, 1]);
  });

  it.each([
    ["uneven", '["a", "b"]', floats(1, 2, 3), /uneven.f32 has 12 bytes, which are not 2 rows/],
    ["twice", '["a", "a"]', floats(1, 2), /names a twice/],
    ["zero", '["a", "b"]', floats(1, 0, 0, 0), /zero.f32: row 1 \(b\) is all zeros/],
    ["endless", '["a"]', floats(1, NaN), /endless.f32: row 0 \(a\) is not made of finite numbers/],
    ["list", '{"a": 1}', floats(1), /list.ids.json is not a JSON list/],
  ])("refuses files that are %s and names the row", async (name, ids, bytes, says) => {
    await file(`${name}.ids.json`, ids);
    await expect(readVectors(await file(`${name}.f32`, bytes))).rejects.toThrow(says);
  });
});

describe("the scale of ratings", () => {
  it.each([
    ["one to five", [1, 2, 3, 4, 5], 3.8, 1.6],
    ["one to ten", [1, 7, 10, 4], 7.3, 2.35],
    ["shown or liked", [0, 1, 1], 1, -Infinity],
    ["likes alone", [1, 1], 1, -Infinity],
    ["down, nothing or up", [-1, 0, 1], 1, -1],
    ["down and up by degrees", [-5, -2, 3, 4, 0], 3, -2],
  ])("%s", (_, ratings, likedFrom, dislikedTo) => {
    const scale = ratingScale(ratings);
    expect(scale.likedFrom).toBeCloseTo(likedFrom, 9);
    expect(scale.dislikedTo).toEqual(dislikedTo === -Infinity ? dislikedTo : expect.closeTo(dislikedTo, 9));
  });

  it("takes what counts as a like from whoever knows better", () => {
    expect(ratingScale([1, 2, 3, 4, 5], 3).likedFrom).toBe(3);
  });
});

describe("figures of a ranking", () => {
  it("are those of a ranking worked out by hand", () => {
    const scores = [9, 8, 7, 6, 5];
    const figures = rankingFigures(scores, new Set([1, 4]), new Set([0]), { tieBreak: [0, 1, 2, 3, 4], shown: [1, 1, 1, 1, 1] });
    // Left: 1 (liked), 2, 3, 4 (liked).
    expect(figures.recall20).toBe(1);
    expect(figures.ndcg20).toBeCloseTo((1 + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)), 12);
    expect(figures.auc).toBe(0.5);
  });

  it("undo what was shown more often: recall is what it would be had all been shown alike", () => {
    // Everybody likes every second image, and was shown those of low number four times as often; the ranking knows nothing else.
    const size = 400;
    const shown = Array.from({ length: size }, (_, i) => (i < 20 ? 0.8 : 0.2));
    const random = seededRandom(2);
    const scores = shown.map((share, i) => share - i / 1e6);
    const figures = Array.from({ length: 4_000 }, () => {
      const liked = new Set([...shown.keys()].filter((i) => i % 2 === 0 && random() < shown[i]!));
      return rankingFigures(scores, liked, new Set(), { tieBreak: scores.map((_, i) => i), shown });
    });
    const mean = (name: "recall20" | "evenRecall20") => figures.reduce((sum, one) => sum + one[name], 0) / figures.length;
    expect(mean("evenRecall20")).toBeCloseTo(20 / size, 2);
    expect(mean("recall20")).toBeGreaterThan(0.15);
  });

  it("agree with counting every pair, ties being half", () => {
    fc.assert(fc.property(fc.array(fc.record({ score: fc.nat(6), kind: fc.constantFrom("liked", "met", "other") }), { minLength: 3, maxLength: 60 }), (images) => {
      const of = (kind: string) => images.flatMap((image, i) => (image.kind === kind ? [i] : []));
      const [liked, others] = [of("liked"), of("other")];
      fc.pre(liked.length > 0 && others.length > 0);
      const pairs = liked.flatMap((a) => others.map((b) => (images[a]!.score > images[b]!.score ? 1 : images[a]!.score === images[b]!.score ? 0.5 : 0)));
      const { auc, recall20, recall100 } = rankingFigures(images.map(({ score }) => score), new Set(liked), new Set(of("met")), { tieBreak: images.map((_, i) => i), shown: images.map(() => 1) });
      expect(auc).toBeCloseTo(pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length, 9);
      expect(recall20).toBeLessThanOrEqual(recall100);
      expect(recall100).toBe(1);
    }));
  });
});

describe("the split", () => {
  it("is by time whatever the order of lines, holds out the last fifth, and never what was met before", async () => {
    const path = await file("split.csv", `viewer,image,rating,timestamp\n${[5, 3, 1, 2, 4].map((t) => `v,i${t},1,${t}`).join("\n")}\nw,i1,1,1\nw,i1,1,2\nw,i1,1,3\nw,i1,1,4\nw,i1,1,5\n`);
    const log = await readRatings(path);
    const ids = ["i1", "i2", "i3", "i4", "i5"];
    const catalogue = { ids, indexOf: new Map(ids.map((id, i) => [id, i])), dim: 1, vectors: new Float32Array(new SharedArrayBuffer(20)) };
    const { histories, heldOut } = splitByTime(log, catalogue, ratingScale(log.rating));
    expect(histories[0]!.said.map(({ image }) => image)).toEqual([0, 1, 2, 3]);
    expect(heldOut.map(({ history, liked }) => [history.id, ...liked])).toEqual([["v", 4]]);
  });
});

describe("policies on logs whose makers are known", () => {
  const recallIn = async (world: "looks" | "scenes") => {
    const { ratings, vectors } = await writeSyntheticLog(folder, { world });
    const [log, catalogue] = [await readRatings(ratings), await readVectors(vectors)];
    const holdout = splitByTime(log, catalogue, ratingScale(log.rating));
    const { results } = await evaluate(holdout, catalogue, { policies: rankerNames, viewers: 1_000, seed: 1 });
    return Object.fromEntries(results.map(({ policy, figures }) => [policy, figures]));
  };

  it("what looks alike is found by those who look, and chance finds what chance finds", async () => {
    const figures = await recallIn("looks");
    for (const name of ["centroid", "k-means(5)", "PinnerSage", "ours"]) expect(figures[name]!.recall20.interval.low, name).toBeGreaterThan(figures["popular"]!.recall20.interval.high);
    expect(figures["random"]!.auc.interval.low).toBeLessThan(0.5);
    expect(figures["random"]!.auc.interval.high).toBeGreaterThan(0.5);
    expect(figures["ours"]!.auc.mean).toBeGreaterThan(0.75);
  });

  it("what is liked together is found by those who ask who likes it, ours among them", async () => {
    const figures = await recallIn("scenes");
    for (const name of ["EASE", "item kNN", "ours"]) expect(figures[name]!.recall20.interval.low, name).toBeGreaterThan(figures["PinnerSage"]!.recall20.interval.high);
  });
});

describe("npm run replay", () => {
  it("prints the table and writes the same as JSON", async () => {
    const { ratings, vectors } = await writeSyntheticLog(folder, { world: "looks", viewers: 20 });
    const out = join(folder, "out.json");
    const result = await replay("--ratings", ratings, "--vectors", vectors, "--policies", "popular,centroid", "--out", out);
    expect(result).toMatchObject({ code: 0, wrong: "" });
    expect(result.out).toMatch(/centroid +0\.\d{3} \(0\.\d{3}–0\.\d{3}\)/);
    const report = JSON.parse(await readFile(out, "utf8")) as { policies: { policy: string; recall20: { mean: number } }[]; split: { evaluated: number } };
    expect(report.policies.map(({ policy }) => policy)).toEqual(["popular", "centroid"]);
    expect(result.out).toContain(report.policies[1]!.recall20.mean.toFixed(3));
  });

  it.each([
    ["an unknown policy", ["--ratings", "a", "--vectors", "b", "--policies", "best"], /--policies best: choose among random/],
    ["no files", [], /Give --ratings FILE and --vectors FILE, or --pages/],
    ["a threshold that is none", ["--ratings", "a", "--vectors", "b", "--positive", "high"], /--positive high: give a number/],
    ["a folder without a stack", ["--pages", "--data", "/nowhere/at/all"], /secrets.json is not there/],
  ])("ends with one line about %s", async (_, args, says) => {
    const { code, wrong } = await replay(...args);
    expect(code).toBe(1);
    expect(wrong).toMatch(says);
    expect(wrong.trim().split("\n")).toHaveLength(1);
  });

  it("says so when log and vectors name different images", async () => {
    const { vectors } = await writeSyntheticLog(folder, { world: "looks", viewers: 5 });
    const { code, wrong } = await replay("--ratings", await file("others.csv", "viewer,image,rating,timestamp\nv,x,1,1\n"), "--vectors", vectors);
    expect(code).toBe(1);
    expect(wrong).toMatch(/None of the images .* is named in/);
  });
});

import { Hono } from "hono";
import { afterAll, describe, expect, it } from "vitest";
import { Failure, type Problem } from "#shared/contract/failures.ts";
import { imagePackType, packImages } from "#shared/contract/image-pack.ts";
import { EmbedImageAnswer, EmbedImagesAnswer, EmbedTextAnswer } from "#shared/contract/node.ts";
import { createEmbedder, type Embedder } from "../embedding/embedder.ts";
import { asSharp, bytesOf, drawDiscs } from "../ingest/sample-images.ts";
import { builtinEncoder } from "../models/builtin-encoder.ts";
import { addTextTower } from "../models/text-towers.ts";
import { failureHandler, type SignedApiEnv } from "../runtime/signed-api.ts";
import { embedRoutes } from "./embed.ts";

const embedder = createEmbedder(builtinEncoder, { threads: 1 });
afterAll(() => embedder.close());

const { space, dim } = builtinEncoder;
const free = (): Disposable => ({ [Symbol.dispose]: () => undefined });

function appWith(more: { embedder?: Embedder; take?: () => Disposable } = {}): Hono<SignedApiEnv> {
  const app = new Hono<SignedApiEnv>();
  app.onError(failureHandler(() => undefined));
  const calibration = { space, dim, distance: builtinEncoder.calibration };
  return app.route("/v1/embed", embedRoutes({ embedder, calibration, take: free, ...more }));
}

const post = (path: string, body: Uint8Array<ArrayBuffer> | string, type: string, app = appWith()) =>
  app.request(path, { method: "POST", body, headers: { "content-type": type } });
const problemOf = async (response: Response | Promise<Response>): Promise<Problem> => (await (await response).json()) as Problem;
const file = (seed: string): Promise<Uint8Array<ArrayBuffer>> => bytesOf(asSharp(drawDiscs(seed, 200)).png());

describe("POST /v1/embed/images", () => {
  it("answers one image with its vector, the space and its dimension", async () => {
    const answer = EmbedImageAnswer.parse(await (await post("/v1/embed/images", await file("a"), "image/png")).json());
    expect(answer).toMatchObject({ space, dim });
    expect(answer.vector).toHaveLength(dim);
  });

  it("answers a pack in its order, telling a bad image's fault in its place, with the vectors each would have alone", async () => {
    const good = await Promise.all(["a", "b", "c"].map(file));
    const bad = new TextEncoder().encode("no image");
    const pack = packImages([good[0]!, bad, good[1]!, new Uint8Array(0), good[2]!]);
    const { images } = EmbedImagesAnswer.parse(await (await post("/v1/embed/images", pack, imagePackType)).json());
    expect(images.map((image) => ("problem" in image ? image.problem.code : "vector"))).toEqual(["vector", "image.not_an_image", "vector", "image.empty", "vector"]);
    for (const [place, bytes] of [[0, good[0]!], [2, good[1]!], [4, good[2]!]] as const) {
      expect(images[place]).toEqual({ vector: EmbedImageAnswer.parse(await (await post("/v1/embed/images", bytes, "application/octet-stream")).json()).vector });
    }
  });

  it("takes as many images as a pack may hold", async () => {
    const pack = packImages(new Array<Uint8Array>(64).fill(await file("many")));
    const { images } = EmbedImagesAnswer.parse(await (await post("/v1/embed/images", pack, imagePackType)).json());
    expect(images.filter((image) => "vector" in image)).toHaveLength(64);
  });

  it("refuses a pack that is none, another content type and a bad single image, each with its code", async () => {
    expect((await problemOf(post("/v1/embed/images", Uint8Array.of(0, 0, 0, 9, 1), imagePackType))).code).toBe("request.malformed");
    expect((await problemOf(post("/v1/embed/images", "{}", "application/json"))).code).toBe("request.unsupported_type");
    expect((await problemOf(post("/v1/embed/images", "no image", "image/png"))).code).toBe("image.not_an_image");
  });

  it("is busy, for one image as for a pack, when there is no place for it", async () => {
    const full = appWith({ embedder: createEmbedder(builtinEncoder, { most: 0 }) });
    const image = await file("late");
    for (const [body, type] of [[image, "image/png"], [packImages([image]), imagePackType]] as const) {
      const response = await post("/v1/embed/images", body, type, full);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    }
    const refusing = appWith({ take: () => { throw new Failure("gpu.busy"); } });
    expect((await problemOf(post("/v1/embed/images", image, "image/png", refusing))).code).toBe("gpu.busy");
  });
});

describe("POST /v1/embed/text", () => {
  it("understands nothing where the space has no text tower, which is no failure", async () => {
    const response = await post("/v1/embed/text", JSON.stringify({ texts: ["a cat", "a dog"] }), "application/json");
    expect(EmbedTextAnswer.parse(await response.json())).toEqual({ space, dim, vectors: [null, null] });
  });

  it("reads words into a space whose tower was opened while the node runs, null for those not understood", async () => {
    const tower = { space: "words-1", dim: 2, calibration: { mean: 0.9, sd: 0.1 }, encode: (texts: readonly string[]) => Promise.resolve(texts.map((text) => (text === "cat" ? Float32Array.of(0, 1) : undefined))) };
    addTextTower(tower);
    const app = new Hono<SignedApiEnv>().route("/v1/embed", embedRoutes({ embedder, take: free, calibration: { space: "words-1", dim: 2, distance: tower.calibration } }));
    const response = await post("/v1/embed/text", JSON.stringify({ texts: ["cat", "qqq"] }), "application/json", app);
    expect(EmbedTextAnswer.parse(await response.json())).toEqual({ space: "words-1", dim: 2, vectors: [[0, 1], null], calibration: tower.calibration });
  });

  it("refuses no texts, too many and unknown fields", async () => {
    for (const body of [{ texts: [] }, { texts: new Array<string>(65).fill("x") }, { texts: ["x"], more: 1 }, { texts: ["x".repeat(513)] }]) {
      expect((await problemOf(post("/v1/embed/text", JSON.stringify(body), "application/json"))).code).toBe("request.invalid");
    }
  });
});

import { Hono } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import { imagePackType, NotAPack, unpackImages } from "#shared/contract/image-pack.ts";
import { EmbedTextRequest, type EmbedImageAnswer, type EmbedImagesAnswer, type EmbedTextAnswer } from "#shared/contract/node.ts";
import type { Embedder } from "../embedding/embedder.ts";
import { textTowerOf } from "../models/text-towers.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { imageFailure } from "./image-failure.ts";
import { readJson } from "./read-json.ts";

/** Images of one request that are worked on at once; the others wait as the bytes they came as. */
const atOnce = 12;

/**
 * `POST /v1/embed/images`: vectors in the space of the node's image encoder, which are not kept. The body is one image, or a pack of
 * up to 64 (shared/contract/image-pack.ts), of which each gets its own vector or its own refusal.
 *
 * `POST /v1/embed/text`: texts as vectors among the space's images. Without a text tower nothing is understood, which is no failure.
 */
export const embedRoutes = ({ embedder, calibration, take }: Pick<Services, "embedder" | "calibration" | "take">) =>
  new Hono<SignedApiEnv>()
    .post("/images", async (c) => {
      using _slot = take("embed");
      const { space, dim } = embedder;
      const type = (c.req.header("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
      const body = new Uint8Array(await c.req.arrayBuffer());
      const { signal } = c.req.raw;
      if (type === imagePackType) {
        const images = await severalAtOnce(unpacked(body), (image) => vectorOrProblem(embedder, image, signal));
        return c.json({ space, dim, images } satisfies EmbedImagesAnswer);
      }
      if (!type.startsWith("image/") && type !== "application/octet-stream")
        throw new Failure("request.unsupported_type", { detail: `Send the image itself, as image/… or application/octet-stream, or several as ${imagePackType}.` });
      const vector = await vectorOf(embedder, body, signal);
      return c.json({ space, dim, vector: Array.from(vector) } satisfies EmbedImageAnswer);
    })
    .post("/text", async (c) => {
      using _slot = take("embed");
      const { texts } = await readJson(c, EmbedTextRequest);
      const { space, dim } = calibration;
      const tower = await textTowerOf(space);
      const vectors = (await tower?.encode(texts)) ?? texts.map(() => undefined);
      const answer: EmbedTextAnswer = {
        space, dim,
        vectors: vectors.map((vector) => (vector === undefined ? null : Array.from(vector))),
        ...(tower === undefined ? {} : { calibration: tower.calibration }),
      };
      return c.json(answer);
    });

function unpacked(body: Uint8Array): Uint8Array<ArrayBuffer>[] {
  try {
    return unpackImages(body);
  } catch (error) {
    if (error instanceof NotAPack) throw new Failure("request.malformed", { detail: `${error.message}.`, cause: error });
    throw error;
  }
}

async function vectorOf(embedder: Embedder, image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Float32Array> {
  return embedder.embed(image, signal).catch((error: unknown) => {
    throw imageFailure(error, signal);
  });
}

/** What is wrong with one image of a pack is told in its place; what concerns all of them fails the request. */
async function vectorOrProblem(embedder: Embedder, image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<EmbedImagesAnswer["images"][number]> {
  try {
    return { vector: Array.from(await vectorOf(embedder, image, signal)) };
  } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith("image.")) throw error;
    return { problem: { code: error.code, detail: error.message } };
  }
}

/** Each item's answer, in their order. The first failure ends it once those begun have ended. */
async function severalAtOnce<I, O>(items: readonly I[], work: (item: I) => Promise<O>): Promise<O[]> {
  const answers: O[] = [];
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let mine = next++; mine < items.length; mine = next++) answers[mine] = await work(items[mine]!);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, hand));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return answers;
}

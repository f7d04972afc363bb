import { Hono } from "hono";
import type { Context } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import type { IngestAnswer, LookAnswer } from "#shared/contract/node.ts";
import { base64Encode } from "#shared/kernel/base64.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { AnalysedImage, Analyst } from "../ingest/analyst.ts";
import { findOriginal } from "../ingest/find-original.ts";
import { moodReader } from "../models/mood-reader.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { imageFailure } from "./image-failure.ts";

type IngestParts = Pick<Services, "analyst" | "encoders" | "vectors" | "memory" | "calibration" | "take">;

/**
 * `POST /v1/ingest`: one original as the whole body. Its vector is stored before the answer; its row is the edge's to write.
 * `POST /v1/ingest/look`: what else there is to say of an image; nothing is stored.
 */
export const ingestRoutes = ({ analyst, encoders, vectors, memory, calibration, take }: IngestParts, readMood = moodReader()) =>
  new Hono<SignedApiEnv>().post("/", async (c) => {
    using _slot = take("ingest");
    const original = await readOriginal(c);
    const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
    const { width, height, thumbhash, phash, colour, palette, quality, safety, seen, variants } = await analyse(analyst, original, c.req.raw.signal, encoders());
    const { space, vector } = seen[0]!;
    const mood = await readMood(space, vector);
    // Only where the vectors there are of the same space.
    const duplicate_of = space === calibration.space ? await findOriginal({ vectors, memory, calibration }, { id, vector, phash }) : null;
    for (const one of seen) await vectors.upsert(one.space, [{ image_id: id, vector: one.vector }]);
    const answer: IngestAnswer = {
      width, height, thumbhash, phash, colour, palette, quality, safety, duplicate_of, space, mood,
      variants: variants.map((one) => ({ width: one.width, height: one.height, bytes: base64Encode(one.bytes) })),
    };
    return c.json(answer);
  })
    // Of an image stored before these were looked for.
    .post("/look", async (c) => {
      using _slot = take("ingest");
      const { safety, palette } = await analyse(analyst, await readOriginal(c), c.req.raw.signal, []);
      return c.json({ safety, palette } satisfies LookAnswer);
    });

const analyse = (analyst: Analyst, original: Uint8Array<ArrayBuffer>, signal: AbortSignal, encoders: ReturnType<Services["encoders"]>): Promise<AnalysedImage> =>
  analyst.analyse(original, { signal, handOver: true, encoders }).catch((error: unknown) => {
    throw imageFailure(error, signal);
  });

async function readOriginal(c: Context<SignedApiEnv>): Promise<Uint8Array<ArrayBuffer>> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (!type.startsWith("image/") && type !== "application/octet-stream")
    throw new Failure("request.unsupported_type", { detail: "Send the image itself, as image/… or application/octet-stream." });
  return new Uint8Array(await c.req.arrayBuffer());
}

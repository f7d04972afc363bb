import { Hono } from "hono";
import type { Context } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import type { IngestAnswer } from "#shared/contract/node.ts";
import { base64Encode } from "#shared/kernel/base64.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { moodReader } from "../models/mood-reader.ts";
import type { SignedApiEnv } from "../runtime/signed-api.ts";
import type { Services } from "../services.ts";
import { imageFailure } from "./image-failure.ts";

/** `POST /v1/ingest`: one original as the whole body. Its vector is stored before the answer; its row is the edge's to write. */
export const ingestRoutes = ({ analyst, encoders, vectors, take }: Pick<Services, "analyst" | "encoders" | "vectors" | "take">, readMood = moodReader()) =>
  new Hono<SignedApiEnv>().post("/", async (c) => {
    using _slot = take("ingest");
    const original = await readOriginal(c);
    const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
    const { signal } = c.req.raw;
    const { width, height, thumbhash, phash, colour, quality, seen, variants } = await analyst.analyse(original, { signal, handOver: true, encoders: encoders() }).catch((error: unknown) => {
      throw imageFailure(error, signal);
    });
    const [{ space, vector }] = seen;
    const mood = await readMood(space, vector);
    for (const one of seen) await vectors.upsert(one.space, [{ image_id: id, vector: one.vector }]);
    const answer: IngestAnswer = {
      width, height, thumbhash, phash, colour, quality, space, mood,
      variants: variants.map((one) => ({ width: one.width, height: one.height, bytes: base64Encode(one.bytes) })),
    };
    return c.json(answer);
  });

async function readOriginal(c: Context<SignedApiEnv>): Promise<Uint8Array<ArrayBuffer>> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (!type.startsWith("image/") && type !== "application/octet-stream")
    throw new Failure("request.unsupported_type", { detail: "Send the image itself, as image/… or application/octet-stream." });
  return new Uint8Array(await c.req.arrayBuffer());
}

import type { Redis } from "@upstash/redis/cloudflare";
import { z } from "zod";
import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { describe, log } from "../log.ts";

/** A text among the images of a space. */
export interface ReadText {
  vector: Vector;
  /** Distances beyond this are those of any image. */
  farthest: number;
}

/**
 * Reads a text into the space, by the node's text tower; "unread" where it understands nothing of it or has no tower, "away" where it cannot be
 * asked now. What was read is kept for a day under the text's digest.
 */
export type TextVectors = (space: string, text: string, digest: string, requestId: string) => Promise<ReadText | "unread" | "away">;

/** An image counts as near a text from this many deviations below the distance of a random pair on. */
const nearEnough = 1.5;
const keptSeconds = 24 * 3_600;
/** Shorter: the node may be given a text tower any day. */
const keptUnreadSeconds = 600;
/** After a text that went unanswered, so that searching stays quick while the node is away. */
const restMs = 2 * secondMs;

const Kept = z.union([z.literal("unread"), z.object({ vector: z.base64(), farthest: z.number() })]);

export function textVectors({ redis, node, clock }: { redis: Redis; node: Pick<NodeClient, "embedText">; clock: Clock }): TextVectors {
  let awayUntil = 0;

  const kept = async (key: string): Promise<ReadText | "unread" | undefined> => {
    try {
      const text = await redis.get<string>(key);
      if (text === null) return undefined;
      const found = Kept.parse(JSON.parse(text));
      return found === "unread" ? found : { vector: new Float32Array(base64Decode(found.vector).buffer), farthest: found.farthest };
    } catch (error) {
      log({ event: "cache.away", call: "text-vector", error: describe(error) });
      return undefined;
    }
  };

  const keep = async (key: string, read: ReadText | "unread"): Promise<void> => {
    const body = read === "unread" ? read : { vector: base64Encode(new Uint8Array(read.vector.buffer)), farthest: read.farthest };
    await redis.set(key, JSON.stringify(body), { ex: read === "unread" ? keptUnreadSeconds : keptSeconds }).catch((error: unknown) => {
      log({ event: "cache.away", call: "text-vector", error: describe(error) });
    });
  };

  return async (space, text, digest, requestId) => {
    const key = `search:vector:${space}:${digest}`;
    const before = await kept(key);
    if (before !== undefined) return before;
    if (clock() < awayUntil) return "away";
    const answer = await node.embedText([text], requestId).catch(() => undefined);
    if (answer === undefined) {
      awayUntil = clock() + restMs;
      return "away";
    }
    const [values = null] = answer.vectors;
    // Between two spaces nothing is compared: the node has moved on, and the edge will in a minute.
    if (answer.space !== space || values?.length !== answer.dim) {
      if (answer.space === space) await keep(key, "unread");
      return "unread";
    }
    const farthest = answer.calibration === undefined ? 2 : answer.calibration.mean - nearEnough * answer.calibration.sd;
    const read = { vector: Float32Array.from(values), farthest };
    await keep(key, read);
    return read;
  };
}

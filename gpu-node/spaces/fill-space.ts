import { setTimeout as sleep } from "node:timers/promises";
import { secondMs } from "#shared/kernel/clock.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { SpaceStore } from "#shared/stores/space-store.ts";
import type { StoredVector, VectorStore } from "#shared/stores/vector-store.ts";
import type { Embedder } from "../embedding/embedder.ts";
import { ImageRefused } from "../ingest/refusal.ts";
import { describeError, type Log } from "../runtime/log.ts";
import { EdgeAway, OriginalGone, type Originals } from "./originals.ts";

export interface FillParts {
  images: Pick<ImageStore, "idsAfter">;
  vectors: Pick<VectorStore, "fetch" | "upsert">;
  spaces: Pick<SpaceStore, "unseen" | "noteUnseen">;
  originals: Originals;
  embedder: Pick<Embedder, "embed">;
  log: Log;
}

export interface FillTerms {
  signal: AbortSignal;
  /** Images that were done since the last time, vectors stored; asked now and then while nothing is done, too. */
  told: (done: number) => Promise<void>;
}

const idsRead = 500;
/** Vectors written at once: what a kill throws away at most. */
const chunk = 16;
/** Originals under way: while one is seen, the next ones come. */
const fetchedAhead = 3;
const tries = 3;
const restMs = { shortest: secondMs, longest: 30 * secondMs };

/**
 * Gives every image after `from` that lacks one a vector in the space; the place of the last image looked at. Whether an image has its vector is
 * the only mark of how far this is, so it can be broken off anywhere, and doing an image again changes no bit of it.
 */
export async function fillSpace(space: string, parts: FillParts, terms: FillTerms, from = 0): Promise<number> {
  const unseen = await parts.spaces.unseen(space);
  const outage: Outage = { on: false };
  for (let seq = from; ; ) {
    terms.signal.throwIfAborted();
    const batch = await parts.images.idsAfter(seq, idsRead);
    const there = await parts.vectors.fetch(space, batch.map(({ id }) => id));
    const lacking = batch.map(({ id }) => id).filter((id) => !there.has(id) && !unseen.has(id));
    for (let at = 0; at < lacking.length; at += chunk) {
      const ids = lacking.slice(at, at + chunk);
      const seen = await seeAll(space, ids, parts, terms, outage);
      if (seen.length > 0) await parts.vectors.upsert(space, seen);
      await terms.told(ids.length);
    }
    seq = batch.at(-1)?.seq ?? seq;
    if (batch.length < idsRead) return seq;
  }
}

/** Whether the edge was away when it was last asked: an outage is logged once, however many wait. */
interface Outage {
  on: boolean;
}

async function seeAll(space: string, ids: readonly string[], parts: FillParts, terms: FillTerms, outage: Outage): Promise<StoredVector[]> {
  const left = ids.values();
  const seen: StoredVector[] = [];
  const lane = async (): Promise<void> => {
    for (const image_id of left) {
      const vector = await seeOne(space, image_id, parts, terms, outage);
      if (vector !== undefined) seen.push({ image_id, vector });
    }
  };
  await Promise.all(Array.from({ length: fetchedAhead }, lane));
  return seen;
}

/** Undefined for an image that cannot be seen, which is then on record. While the edge is away it waits. */
async function seeOne(space: string, id: string, { originals, embedder, spaces, log }: FillParts, { signal, told }: FillTerms, outage: Outage): Promise<Float32Array | undefined> {
  let rest = restMs.shortest;
  for (let attempt = 1; ; ) {
    try {
      const original = await originals(id, signal);
      outage.on = false;
      return await embedder.embed(original, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ImageRefused) return passOver(error.code);
      if (error instanceof OriginalGone) return passOver(error.message);
      if (error instanceof EdgeAway) {
        if (!outage.on) log({ event: "space.waiting", space, why: error.message });
        outage.on = true;
        await sleep(rest, undefined, { signal }).catch(() => undefined);
        rest = Math.min(restMs.longest, 2 * rest);
        await told(0);
      } else if (attempt++ === tries) return passOver(describeError(error).error);
    }
  }

  async function passOver(why: string): Promise<undefined> {
    log({ event: "space.unseen", space, image: id, why });
    await spaces.noteUnseen(space, id, why);
  }
}

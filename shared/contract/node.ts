import { z } from "zod";
import { ImageLabels, Mood } from "./image.ts";
import { Source } from "./feed.ts";

/** The node's side of the contract: what the edge may ask for over the signed API. */

export const ComposeRequest = z
  .object({
    viewer_id: z.uuid(),
    stream_id: z.uuid(),
    position: z.int().min(0).max(100_000),
    pages: z.int().min(1).max(5),
    limit: z.int().min(1).max(40),
    mood: Mood.nullable(),
    /** `replace` recomposes from `position` on; `extend` appends and gives way to any replacement. */
    mode: z.enum(["replace", "extend"]),
  })
  .strict();
export type ComposeRequest = z.infer<typeof ComposeRequest>;

export const ComposedSlot = z.object({
  image_id: z.uuid(),
  source: Source,
  propensity: z.number(),
  terms: z.record(z.string(), z.number()),
  why: z.object({ term: z.string(), text: z.string(), puddle_id: z.string().optional(), anchor_image_id: z.uuid().optional() }),
});

export const ComposedPage = z.object({ page_id: z.uuid(), position: z.int(), slots: z.array(ComposedSlot) });
export type ComposedPage = z.infer<typeof ComposedPage>;

export const ComposeAnswer = z.object({
  /** Grows with every replacement of the stream; a cache keeps only the newest. */
  generation: z.int(),
  /** False when a replacement overtook an `extend`: then `pages` is empty. */
  current: z.boolean(),
  taste_offset: z.int(),
  composed_at: z.iso.datetime(),
  pages: z.array(ComposedPage),
});
export type ComposeAnswer = z.infer<typeof ComposeAnswer>;

/** A nudge: these viewers' logs have grown. The node reads the events from the log itself. */
export const ObserveRequest = z
  .object({ viewers: z.array(z.object({ viewer_id: z.uuid(), offset: z.int().min(0) })).min(1).max(100) })
  .strict();
export const ObserveAnswer = z.object({ viewers: z.array(z.object({ viewer_id: z.uuid(), offset: z.int() })) });

/** Carried in the `x-image-labels` header as base64url JSON beside the original's bytes. */
export const IngestLabels = ImageLabels;

/** The analysis, with the variants' bytes as base64; the edge puts them into the bucket and then publishes. */
export const IngestAnswer = z.object({
  image_id: z.uuid(),
  width: z.int(),
  height: z.int(),
  variants: z.array(z.object({ width: z.int(), height: z.int(), bytes: z.string() })),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

export const ForgetAnswer = z.object({ forgotten: z.boolean() });

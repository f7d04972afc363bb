import { z } from "zod";
import { Mood } from "./image.ts";
import { Source } from "./feed.ts";
import { mostInvited } from "./social.ts";

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
    /** The last position the viewer was given, so that exposure is on record; −1 before the first. */
    served_through: z.int().min(-1),
    /** Viewers who invited this one to look together: the pages are for all of them, and their hides count too. */
    with_viewers: z.array(z.uuid()).max(mostInvited).optional(),
  })
  .strict();
export type ComposeRequest = z.infer<typeof ComposeRequest>;

export const ComposedSlot = z.object({
  image_id: z.uuid(),
  source: Source,
  propensity: z.number(),
  terms: z.record(z.string(), z.number()),
  /** What the viewer's blend is learned from, and the puddle the image lies in; none on a page made without the node. */
  features: z.record(z.string(), z.number()).optional(),
  puddle_id: z.string().optional(),
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

/**
 * What the node saw in one original (the request's whole body). The vector is already in the vector store; the edge
 * puts the variants into the bucket and only then writes the image's row, so a row never lacks its files.
 */
export const IngestAnswer = z.object({
  width: z.int(),
  height: z.int(),
  thumbhash: z.string(),
  phash: z.string().regex(/^[0-9a-f]{16}$/),
  colour: z.string(),
  quality: z.number(),
  space: z.string(),
  variants: z.array(z.object({ width: z.int(), height: z.int(), bytes: z.base64() })),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** The vector of one image (the request's whole body), in the space of the node's image encoder. */
export const EmbedImageAnswer = z.object({ space: z.string(), vector: z.array(z.number()) });
export type EmbedImageAnswer = z.infer<typeof EmbedImageAnswer>;

export const ForgetAnswer = z.object({ forgotten: z.boolean() });

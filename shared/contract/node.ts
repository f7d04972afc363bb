import { z } from "zod";
import { Mood, Swatch } from "./image.ts";
import { Source } from "./feed.ts";
import { SafetyLevel, SafetyShares } from "./safety.ts";
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
  /** The level that suits everyone who looks on: whoever fills the pages with images holds each against it once more. */
  safety: SafetyLevel,
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
  safety: SafetyShares,
  palette: z.array(Swatch).max(5),
  /** The stored image this one is a copy of. */
  duplicate_of: z.uuid().nullable(),
  space: z.string(),
  /** By its looks, for an image nobody gave a mood; null where none is clear, or nothing reads words in the space. */
  mood: Mood.nullable().default(null),
  variants: z.array(z.object({ width: z.int(), height: z.int(), bytes: z.base64() })),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** What the node sees in one image (the request's whole body) beside its vector; nothing of it is kept. */
export const LookAnswer = z.object({ safety: SafetyShares, palette: z.array(Swatch).max(5) });
export type LookAnswer = z.infer<typeof LookAnswer>;

/** The vector of one image (the request's whole body), in the space of the node's image encoder. */
export const EmbedImageAnswer = z.object({ space: z.string(), dim: z.int(), vector: z.array(z.number()) });
export type EmbedImageAnswer = z.infer<typeof EmbedImageAnswer>;

/** The same for a pack of images (./image-pack.ts), in their order: the fault of one is told in its place. */
export const EmbedImagesAnswer = z.object({
  space: z.string(),
  dim: z.int(),
  images: z.array(z.union([z.object({ vector: z.array(z.number()) }), z.object({ problem: z.object({ code: z.string(), detail: z.string() }) })])),
});
export type EmbedImagesAnswer = z.infer<typeof EmbedImagesAnswer>;

/** Texts to be read into the space of the node's image encoder. */
export const EmbedTextRequest = z.object({ texts: z.array(z.string().max(512)).min(1).max(64) }).strict();
export type EmbedTextRequest = z.infer<typeof EmbedTextRequest>;

export const EmbedTextAnswer = z.object({
  space: z.string(),
  dim: z.int(),
  /** In the order of the texts; null for a text of which nothing is understood, and for all where the space has no text tower. */
  vectors: z.array(z.array(z.number()).nullable()),
  /** Cosine distances between texts and images that have nothing to do with each other; absent where nothing reads texts. */
  calibration: z.object({ mean: z.number(), sd: z.number() }).optional(),
});
export type EmbedTextAnswer = z.infer<typeof EmbedTextAnswer>;

/** What a model is for. One with an image and a text tower in one space has both roles. */
export const ModelRole = z.enum(["image-encoder", "text-encoder", "language-model", "safety"]);
export type ModelRole = z.infer<typeof ModelRole>;

/** What of a model lies on the node's disk: it came with the project, or is there whole, in part, or not at all. */
export const ModelFilesState = z.enum(["builtin", "here", "partly", "absent"]);
export type ModelFilesState = z.infer<typeof ModelFilesState>;

/** What the node's memory for models allows, from the largest to none on a GPU. */
export const MemoryTier = z.enum(["premium", "balanced", "efficient", "cpu"]);
export type MemoryTier = z.infer<typeof MemoryTier>;

/** A space of image vectors. One serves; another may be filling beside it; what is retired was served once. */
export const SpaceView = z.object({
  space: z.string(),
  state: z.enum(["filling", "serving", "retired"]),
  /** How far it is, where this node fills it. The time left is unknown before the first image of a run. */
  filling: z.object({ done: z.int(), total: z.int(), eta_seconds: z.number().nullable() }).optional(),
});
export type SpaceView = z.infer<typeof SpaceView>;

/** The models the node knows, and what those that are loaded hold of its memory. */
export const ModelsAnswer = z.object({
  device: z.object({ kind: z.enum(["gpu", "cpu"]), name: z.string() }),
  tier: MemoryTier,
  memory: z.object({
    capacity_bytes: z.int(),
    reserved_bytes: z.int(),
    loaded_bytes: z.int(),
    /** Of the loaded: what may be put away for another. */
    evictable_bytes: z.int(),
    /** Negative while other programs leave less than is held. */
    free_bytes: z.int(),
  }),
  /** The least recently used first: the order in which they are put away. */
  held: z.array(
    z.object({
      name: z.string(),
      role: ModelRole,
      state: z.enum(["reserved", "loaded", "leaving"]),
      bytes: z.int(),
      pinned: z.boolean(),
      users: z.int(),
    }),
  ),
  spaces: z.array(SpaceView),
  models: z.array(z.object({ name: z.string(), roles: z.array(ModelRole), licence: z.string(), files: ModelFilesState, bytes: z.int() })),
});
export type ModelsAnswer = z.infer<typeof ModelsAnswer>;

/** Images that were removed: the node drops what it remembers of them. */
export const ForgetImagesRequest = z.object({ image_ids: z.array(z.uuid()).min(1).max(1_000) }).strict();

export const ForgetAnswer = z.object({ forgotten: z.boolean() });

import { z } from "zod";
import { Image, ImageId, Mood } from "./image.ts";
import { InvitationCodes } from "./social.ts";
import { storable } from "./storable.ts";

/** What may propose an image for a slot. Not every source is built yet; the names are fixed. */
export const sources = ["puddle", "transition", "neighbour", "bridge", "explore", "together", "fresh", "popular", "persona"] as const;
export const Source = z.enum(sources).meta({ id: "Source" });
export type Source = z.infer<typeof Source>;

export const feedLimits = { default: 12, max: 40 } as const;

export const FeedQuery = z.object({
  cursor: z.string().min(1).max(2_000).optional().meta({ description: "From the page before; it also fixes limit, mood and company" }),
  limit: z.coerce.number().int().min(1).max(feedLimits.max).default(feedLimits.default),
  mood: Mood.optional(),
  with: InvitationCodes.optional(),
});
export type FeedQuery = z.infer<typeof FeedQuery>;

export const Why = z
  .object({
    term: z.string().meta({ description: "The score term or source that weighed most" }),
    text: z.string(),
    puddle_id: z.string().optional(),
    anchor_image_id: ImageId.optional().meta({ description: "The image this is because of" }),
    terms: z.record(z.string(), z.number()).meta({ description: "Every score term of this slot" }),
  })
  .meta({ id: "Why" });
export type Why = z.infer<typeof Why>;

export const FeedItem = z
  .object({ slot: z.int(), image: Image, source: Source, propensity: z.number().nullable(), why: Why })
  .meta({ id: "FeedItem" });
export type FeedItem = z.infer<typeof FeedItem>;

export const servedBy = ["cache", "composed", "fallback"] as const;

export const FeedPage = z
  .object({
    page_id: z.uuid(),
    position: z.int().meta({ description: "0 for the first page of the stream" }),
    served_by: z.enum(servedBy),
    composed_at: z.iso.datetime(),
    taste_offset: z.int().meta({ description: "How far into the viewer's log this page's taste reaches" }),
    items: z.array(FeedItem),
    cursor: z.string().nullable().meta({ description: "Send it back for the next page; null when everything has been shown" }),
  })
  .meta({ id: "FeedPage" });
export type FeedPage = z.infer<typeof FeedPage>;

export const popularWindows = ["day", "week", "all"] as const;

export const PopularQuery = z.object({
  window: z.enum(popularWindows).default("week"),
  region: storable(z.string().min(1).max(64)).optional(),
  limit: z.coerce.number().int().min(1).max(60).default(24),
});
export type PopularQuery = z.infer<typeof PopularQuery>;

export const PopularPage = z
  .object({
    window: z.enum(popularWindows),
    region: z.string().nullable(),
    refreshed_at: z.iso.datetime(),
    items: z.array(z.object({ image: Image, score: z.number() })),
  })
  .meta({ id: "PopularPage" });
export type PopularPage = z.infer<typeof PopularPage>;

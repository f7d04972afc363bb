import { z } from "zod";
import { Image, Mood } from "./image.ts";
import { storable } from "./storable.ts";

/** How an image was found: by the words it is called by, by words spelled like those asked for, by how it looks. */
export const searchWays = ["words", "spelling", "vectors"] as const;
export const SearchWay = z.enum(searchWays).meta({ id: "SearchWay" });
export type SearchWay = z.infer<typeof SearchWay>;

export const orientations = ["landscape", "portrait", "square"] as const;
export const Orientation = z.enum(orientations).meta({ id: "Orientation", description: "Square: the sides differ by a twentieth at most" });
export type Orientation = z.infer<typeof Orientation>;

export const searchLimits = { default: 24, max: 48, text: 200 } as const;

const label = (longest: number) => storable(z.string().trim().min(1).max(longest)).optional();

/** What must hold of an image beside what is asked for. Capitals make no difference. */
export const SearchFilters = z.object({
  style: label(80),
  tag: label(60),
  mood: Mood.optional(),
  creator: label(120),
  orientation: Orientation.optional(),
});
export type SearchFilters = z.infer<typeof SearchFilters>;

export const SearchQuery = SearchFilters.extend({
  q: storable(z.string().trim().min(1, { message: "say what to look for" }).max(searchLimits.text))
    .refine((text) => /[\p{L}\p{N}]/u.test(text), { message: "say what to look for: a letter or a digit at least" })
    .meta({ description: "Words; \"a phrase\" and -word are taken at their word" }),
  cursor: z.string().min(1).max(2_000).optional().meta({ description: "From the page before, with the same q and filters" }),
  limit: z.coerce.number().int().min(1).max(searchLimits.max).default(searchLimits.default),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const SearchPage = z
  .object({
    by: z.array(SearchWay).meta({ description: "The ways that found something" }),
    degraded: z.boolean().meta({ description: "True while the node, which reads words, is away: only words are compared" }),
    found: z.int().meta({ description: "How many were found in all; the best few hundred are kept" }),
    items: z.array(z.object({ image: Image, by: z.array(SearchWay) })).meta({ description: "Best first" }),
    cursor: z.string().nullable().meta({ description: "Send it back with the same q and filters for the next page; null at the end" }),
  })
  .meta({ id: "SearchPage" });
export type SearchPage = z.infer<typeof SearchPage>;

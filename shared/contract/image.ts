import { z } from "zod";
import { orNull } from "./or-null.ts";
import { storable } from "./storable.ts";

/** Moods a picture can carry; a viewer may ask the feed for one. */
export const moods = ["calm", "bold", "dark", "playful", "dreamy", "warm"] as const;
export const Mood = z.enum(moods).meta({ id: "Mood" });
export type Mood = z.infer<typeof Mood>;

/**
 * An image's id is the first 16 bytes of its original's SHA-256, so the same bytes are never stored twice. Ids compare as
 * text, so there is one spelling of each.
 */
export const ImageId = z.uuid().toLowerCase().meta({ description: "Derived from the SHA-256 of the original" });

const text = (longest: number) => storable(z.string().trim().max(longest));
const tag = storable(z.string().trim().min(1).max(60));

/** What the person or program that brings an image says about it. */
export const ImageLabels = z
  .object({
    caption: text(300).default(""),
    style: text(80).default(""),
    tags: z.array(tag).max(32).default([]),
    mood: Mood.nullable().default(null),
    creator: text(120).default(""),
  })
  .strict()
  .meta({ id: "ImageLabels" });
export type ImageLabels = z.infer<typeof ImageLabels>;

export const Image = z
  .object({
    id: ImageId,
    width: z.int(),
    height: z.int(),
    caption: z.string(),
    style: z.string(),
    tags: z.array(z.string()),
    mood: orNull(Mood),
    creator: z.string(),
    thumbhash: z.string().meta({ description: "Base64 thumbhash, drawn while the image loads" }),
    colour: z.string().meta({ description: "Dominant colour, #rrggbb" }),
    variants: z
      .array(z.object({ width: z.int(), url: z.string() }))
      .meta({ description: "WebP files, narrowest first; immutable" }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: "Image" });
export type Image = z.infer<typeof Image>;

/** A colour of an image and how much of it has that colour, 0 to 1. */
export const Swatch = z.object({ colour: z.string().regex(/^#[0-9a-f]{6}$/), share: z.number().min(0).max(1) }).meta({ id: "Swatch" });
export type Swatch = z.infer<typeof Swatch>;

/** What an operator says when they remove an image. */
export const RemovalQuery = z.object({
  reason: storable(z.string().trim().min(1).max(300)).meta({ description: "Kept beside the image, for operators" }),
  original: z.enum(["keep", "delete"]).default("keep").meta({ description: "An image can be restored as long as its original is kept" }),
});
export type RemovalQuery = z.infer<typeof RemovalQuery>;

export const Removal = z
  .object({ id: ImageId, removed_at: z.iso.datetime(), reason: z.string() })
  .meta({ id: "Removal" });
export type Removal = z.infer<typeof Removal>;

export const StoredImage = z
  .object({
    image: Image,
    already_there: z.boolean().meta({ description: "The very same bytes were stored before" }),
    duplicate_of: orNull(ImageId).meta({ description: "The image this one is a copy of, resized, re-encoded or touched up; the feed shows that one" }),
  })
  .meta({ id: "StoredImage" });
export type StoredImage = z.infer<typeof StoredImage>;

export const SimilarImages = z.object({ items: z.array(z.object({ image: Image, distance: z.number() })) }).meta({ id: "SimilarImages" });

/** The WebP files made of every image are at most this many pixels wide; none is enlarged. */
export const variantSteps = [320, 640, 1280] as const;

/** The steps an image of this width has: up to the first that holds it whole. */
export function stepsOf(width: number): number[] {
  return variantSteps.filter((_, index) => index === 0 || variantSteps[index - 1]! < width);
}

/** Where a variant is served; the id names its bytes, so the address never changes what it holds. */
export function variantPath(imageId: string, step: number): string {
  return `/media/${imageId}/${step}.webp`;
}

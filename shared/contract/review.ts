import { z } from "zod";
import { ImageId } from "./image.ts";
import { SafetyShares } from "./safety.ts";

/** An upload that is kept but shown to nobody until an operator has looked at it. */
export const HeldImage = z
  .object({ id: ImageId, held: z.literal(true), unsafe: z.number(), safety: SafetyShares })
  .meta({ id: "HeldImage" });
export type HeldImage = z.infer<typeof HeldImage>;

export const ReviewQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).meta({ description: "`next` of the page before" }),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

export const ReviewPage = z
  .object({
    items: z.array(
      z.object({
        id: ImageId,
        width: z.int(),
        height: z.int(),
        caption: z.string(),
        style: z.string(),
        tags: z.array(z.string()),
        creator: z.string(),
        unsafe: z.number().meta({ description: "0 to 1: porn + hentai + sexy / 3" }),
        safety: SafetyShares,
        queued_at: z.iso.datetime(),
        picture: z.string().meta({ description: "Where operators see it" }),
      }),
    ),
    next: z.int().nullable().meta({ description: "Send it as `after` for the next page; null when these were the last" }),
  })
  .meta({ id: "ReviewPage" });
export type ReviewPage = z.infer<typeof ReviewPage>;

export const ReviewVerdict = z
  .object({
    decision: z.enum(["approve", "remove"]),
    unsafe: z.number().min(0).max(1).optional().meta({ description: "The operator's score in place of the classifier's; viewers' levels go by it" }),
  })
  .strict()
  .meta({ id: "ReviewVerdict" });
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

export const Reviewed = z.object({ id: ImageId, decision: z.enum(["approve", "remove"]), decided_at: z.iso.datetime() }).meta({ id: "Reviewed" });
export type Reviewed = z.infer<typeof Reviewed>;

export const Scored = z
  .object({
    scored: z.int(),
    held: z.int().meta({ description: "Of these, how many wait for review now" }),
    left: z.int().meta({ description: "Images that still have no score" }),
  })
  .meta({ id: "Scored" });
export type Scored = z.infer<typeof Scored>;

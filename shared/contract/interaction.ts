import { z } from "zod";
import { ImageId } from "./image.ts";

/** What a viewer can do with an image. `view` is exposure alone; `dwell` carries milliseconds in `value`. */
export const interactionKinds = ["view", "dwell", "open", "like", "love", "save", "share", "hide", "less", "hate"] as const;
export const InteractionKind = z.enum(interactionKinds).meta({ id: "InteractionKind" });
export type InteractionKind = z.infer<typeof InteractionKind>;

/** Entries a viewer's own controls write into the same log, so that the log alone determines their taste. */
export const controlKinds = ["undo", "forget_puddle", "forget_suppressed", "settings", "recluster", "move"] as const;
export type ControlKind = (typeof controlKinds)[number];

/**
 * What "less like this" can be aimed at: the score terms and sources that bring an image up. Content terms (`puddle`, `user`,
 * `echo`, `explore`) act on taste, the others on how much that term weighs for this viewer.
 */
export const lessTerms = [
  "puddle", "user", "echo", "quality", "popularity", "recency", "together", "transition", "neighbour", "bridge", "explore", "fresh", "popular", "persona",
] as const;
export type LessTerm = (typeof lessTerms)[number];

export const LessTarget = z
  .union([z.enum(lessTerms), z.string().regex(/^puddle:[A-Za-z0-9_.-]{1,64}$/, { message: "must be a term, or puddle:<id>" })])
  .meta({ id: "LessTarget", description: "A score term or source; `puddle:<id>` names the puddle" });

export type LessTarget = z.infer<typeof LessTarget>;

export const Interaction = z
  .object({
    id: z.uuid().toLowerCase().meta({ description: "Made by the client; sending it again changes nothing" }),
    kind: InteractionKind,
    image_id: ImageId,
    at: z.iso.datetime({ offset: true }).meta({ description: "When it happened, by the client's clock; taken as now when later than now" }),
    value: z.number().min(0).max(86_400_000).optional().meta({ description: "`dwell`: milliseconds in view" }),
    page_id: z.uuid().optional(),
    slot: z.int().min(0).max(99).optional(),
    origin: z.enum(["search"]).optional().meta({ description: "Where the image was met, when not on a page of the feed" }),
    term: LessTarget.optional().meta({ description: "Only with `less`: the term it is aimed at; without it, the image's own surroundings" }),
  })
  .strict()
  .refine((event) => event.term === undefined || event.kind === "less", { path: ["term"], message: "only `less` is aimed at a term" })
  .meta({ id: "Interaction" });
export type Interaction = z.infer<typeof Interaction>;

/**
 * The batch's envelope. Each event is parsed on its own, so that one bad event is reported without losing the others;
 * the document names what each must be.
 */
export const InteractionBatch = z
  .object({
    events: z
      .array(z.unknown().meta({ allOf: [{ $ref: "#/components/schemas/Interaction" }] }))
      .min(1)
      .max(100),
  })
  .strict()
  .meta({ id: "InteractionBatch" });

export const InteractionReceipt = z
  .object({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.array(z.object({ index: z.int(), id: z.string().nullable(), code: z.string(), message: z.string() })),
    offset: z.int().meta({ description: "The viewer's place in their log after this batch" }),
  })
  .meta({ id: "InteractionReceipt" });
export type InteractionReceipt = z.infer<typeof InteractionReceipt>;

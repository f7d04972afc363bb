import { z } from "zod";
import { Image, ImageId } from "./image.ts";
import { orNull } from "./or-null.ts";
import { SafetyLevel } from "./safety.ts";

const settings = {
  adventure: z.number().min(0).max(1).meta({ description: "0 stays near home, 1 roams widest" }),
  shared_taste: z.boolean().meta({ description: "Count my taste among others', and show me theirs" }),
  safety: SafetyLevel,
};

export const Settings = z.object(settings).strict().meta({ id: "Settings" });
export type Settings = z.infer<typeof Settings>;

/** What a viewer may change of their settings; what is left out stays as it is, so that an older client resets nothing it does not know. */
export const SettingsChange = z.object(settings).partial().strict().meta({ id: "SettingsChange" });
export type SettingsChange = z.infer<typeof SettingsChange>;

export const defaultSettings: Settings = { adventure: 0.35, shared_taste: true, safety: "standard" };

const point = { x: z.number(), y: z.number() };

export const PuddleView = z
  .object({
    id: z.string(),
    label: z.string(),
    share: z.number().meta({ description: "Part of all puddle weight now, 0 to 1" }),
    weight: z.number(),
    spread: z.number(),
    count: z.int(),
    medoid: orNull(Image),
    created_at: z.iso.datetime(),
    last_updated: z.iso.datetime(),
    ...point,
  })
  .meta({ id: "Puddle" });

export const SuppressedView = z
  .object({ id: z.string(), image: orNull(Image), strength: z.number(), radius: z.number(), last_updated: z.iso.datetime(), ...point })
  .meta({ id: "SuppressedRegion" });

/** A change of taste that was noticed and still runs its course: the feed follows faster for a while. */
export const DriftView = z
  .object({
    kind: z.enum(["moved", "switched"]).meta({ description: "`moved`: a puddle's new likes lie away from it; `switched`: likes fall on other puddles than before" }),
    puddle_id: z.string().meta({ description: "The puddle that moved, or that gained most" }),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    says: z.string(),
  })
  .meta({ id: "Drift" });

export const TasteView = z
  .object({
    space: z.string(),
    offset: z.int(),
    signals: z.int().meta({ description: "Taste-bearing events so far; personalisation starts at 5" }),
    stale: z.boolean().meta({ description: "True while the node is away and this is the last known state" }),
    settings: Settings,
    user_vector: z
      .object({ x: z.number(), y: z.number(), tags: z.array(z.object({ tag: z.string(), weight: z.number() })) })
      .nullable(),
    puddles: z.array(PuddleView),
    suppressed: z.array(SuppressedView),
    drift: orNull(DriftView),
    map: z
      .object({
        images: z.array(z.object({ image: Image, mark: z.enum(["liked", "hidden", "seen"]), ...point })),
        backdrop: z.array(z.object({ label: z.string(), size: z.int(), ...point })).meta({ description: "Regions of the whole gallery" }),
      })
      .meta({ description: "One fixed projection of the space to the plane; coordinates lie within −1 and 1" }),
  })
  .meta({ id: "Taste" });
export type TasteView = z.infer<typeof TasteView>;

export const UndoRequest = z
  .object({ event_id: z.uuid().optional().meta({ description: "The event to take back; the viewer's latest when left out" }) })
  .strict()
  .meta({ id: "UndoRequest" });

export const Changed = z
  .object({ offset: z.int().meta({ description: "The viewer's place in their log after the change" }), undone: z.uuid().optional(), image_id: ImageId.optional(), kind: z.string().optional() })
  .meta({ id: "Changed" });

import { z } from "zod";
import { Image } from "./image.ts";
import { storable } from "./storable.ts";

export const RegionId = storable(z.string().min(1).max(64));

export const RegionView = z
  .object({
    id: z.string(),
    label: z.string(),
    size: z.int().meta({ description: "Images in it" }),
    activity: z.number().min(0).meta({ description: "Likes here now against likes before: 1 is steady, less is waning" }),
    drying: z.boolean().meta({ description: "Its activity is falling: fewer and fewer come here" }),
    top_images: z.array(Image),
    x: z.number(),
    y: z.number(),
  })
  .meta({ id: "Region" });
export type RegionView = z.infer<typeof RegionView>;

export const RegionList = z.object({ regions: z.array(RegionView) }).meta({ id: "Regions" });

const regionLink = { id: z.string(), label: z.string() };

export const RegionDetail = z
  .object({
    region: RegionView,
    images: z.array(Image).meta({ description: "More images of it, beyond the top ones" }),
    near: z.array(z.object({ ...regionLink, distance: z.number().meta({ description: "Cosine distance between the centroids" }) })).meta({ description: "Nearest first" }),
    onward: z
      .array(z.object({ ...regionLink, share: z.number().meta({ description: "Of those who went on elsewhere from here" }) }))
      .meta({ description: "Where people move on to, most often first; empty where too few have, to tell it of nobody" }),
  })
  .meta({ id: "RegionDetail" });
export type RegionDetail = z.infer<typeof RegionDetail>;

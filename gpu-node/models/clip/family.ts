/** What the files of a family of two-tower networks do not say of themselves. */
export interface TwoTowerFamily {
  /** The output that is the vector, by tower; the first that is there. */
  outputs: { image: readonly string[]; text: readonly string[] };
  /** Ids of a text at most, and what shorter ones are filled up with where the network wants a fixed length. */
  ids: { most: number; fill: number | undefined };
  /** Cosine distance between unrelated pictures, and between a text and an unrelated picture: mean and deviation. */
  strangers: { images: { mean: number; sd: number }; texts: { mean: number; sd: number } };
}

const embeds = { image: ["image_embeds", "pooler_output"], text: ["text_embeds", "pooler_output"] };

/**
 * CLIP and MobileCLIP read the vector at the end mark and let no word see those behind it. SigLIP was trained on texts filled up to 64 ids.
 * The distances are estimates, made without the weights at hand: they move thresholds that are counted in deviations, and no order.
 */
const families: readonly [name: RegExp, family: TwoTowerFamily][] = [
  [/^siglip/, { outputs: embeds, ids: { most: 64, fill: 1 }, strangers: { images: { mean: 0.4, sd: 0.12 }, texts: { mean: 0.97, sd: 0.03 } } }],
  [/^mobileclip/, { outputs: embeds, ids: { most: 77, fill: 0 }, strangers: { images: { mean: 0.55, sd: 0.13 }, texts: { mean: 0.9, sd: 0.04 } } }],
  [/^clip/, { outputs: embeds, ids: { most: 77, fill: undefined }, strangers: { images: { mean: 0.45, sd: 0.1 }, texts: { mean: 0.8, sd: 0.03 } } }],
];

/** By the model's name in the catalogue; CLIP's own ways where it says nothing. */
export function familyOf(model: string): TwoTowerFamily {
  return families.find(([name]) => name.test(model))?.[1] ?? families.at(-1)![1];
}

import type { NsfwjsModel } from "./network/nsfwjs.ts";

/**
 * Where the networks are read: the narrow ends of their blocks and, before each halving, the wide middles, as far as
 * block 13. Later layers were trained away from style.
 */
export const taps: readonly { model: NsfwjsModel; layers: readonly string[] }[] = [
  {
    model: "mobilenet_v2_mid",
    layers: [
      "Conv/Relu6", "expanded_conv/project/BatchNorm/FusedBatchNormV3",
      ...[1, 3, 6, 10].map((block) => `expanded_conv_${block}/project/BatchNorm/FusedBatchNormV3`),
      ...[2, 4, 5, 7, 8, 9, 11, 12].map((block) => `expanded_conv_${block}/add`),
      ...[3, 6, 10, 13].map((block) => `expanded_conv_${block}/expand/Relu6`),
    ],
  },
];

/** What a block of the hand-designed measures weighs against a tap. */
export const measuresWeight = 0.5;
/** Directions kept before styles are looked at. */
export const principal = 600;
/** How far the within-style covariance is drawn toward a sphere; there are two pictures a style. */
export const shrinkage = 0.3;
/** As how many pictures a style counts in that covariance, however long its series. */
export const countsAs = 2;
/** A direction counts by this power of how well it tells styles apart. */
export const sharpening = 0.25;
/** Entries of a vector. */
export const outputs = 96;
/** English words taken into the vocabulary, the commonest first. */
export const vocabularySize = 40_000;
/** Of these the commonest that the language model is asked about too; it takes a fifth of a second for each. */
export const askedAbout = 4_000;

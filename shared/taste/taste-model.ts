import type { Vector } from "#shared/kernel/vector.ts";
import type { SpaceCalibration } from "./calibration.ts";
import type { TasteConfig } from "./taste-config.ts";

/** Looks an image's vector up; undefined when it is not (or no longer) known. */
export type VectorOf = (image_id: string) => Vector | undefined;

/** What a fold works with and never changes. */
export interface TasteModel {
  vectorOf: VectorOf;
  calibration: SpaceCalibration;
  config: TasteConfig;
}

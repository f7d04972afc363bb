import type { TasteEvent } from "./signal.ts";
import type { TasteModel } from "./taste-model.ts";
import type { Taste } from "./taste.ts";

export function* reclusterInSteps(taste: Taste, _event: TasteEvent, _positives: readonly TasteEvent[], _model: TasteModel): Generator<void, Taste> {
  yield;
  return taste;
}

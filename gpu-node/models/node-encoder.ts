import { builtinEncoder } from "./builtin-encoder.ts";
import { eyesEncoder } from "./eyes/eyes.ts";
import type { ImageEncoder } from "./image-encoder.ts";

/** What a node sees with where no setting says otherwise and nothing is stored yet. */
export const nodeEncoder: ImageEncoder = eyesEncoder;

/** An encoder that ships with the project. */
interface Choice {
  /** The space it writes; known without opening it. */
  space: string;
  open: () => Promise<ImageEncoder>;
}

/** The project's own encoders by the name that IMAGE_ENCODER takes; any thread may open them, each when it is first asked for. */
const choices: Readonly<Record<string, Choice>> = {
  [eyesEncoder.space]: { space: eyesEncoder.space, open: () => Promise.resolve(eyesEncoder) },
  [builtinEncoder.space]: { space: builtinEncoder.space, open: () => Promise.resolve(builtinEncoder) },
};

export const encoderNames: readonly string[] = Object.keys(choices);

/** The encoder of a name that IMAGE_ENCODER takes. */
export function openEncoder(name: string): Promise<ImageEncoder> {
  const choice = choices[name];
  if (choice === undefined) throw new RangeError(`there is no encoder ${name}; there are ${encoderNames.join(", ")}`);
  return choice.open();
}

/** The name of the encoder that writes this space; undefined where this build has none, as after an encoder was replaced by a newer one. */
export function encoderOfSpace(space: string): string | undefined {
  return Object.entries(choices).find(([, choice]) => choice.space === space)?.[0];
}

import { describeError, type Log } from "../runtime/log.ts";
import type { ImageEncoder } from "./image-encoder.ts";
import { encoderNames, encoderOfSpace, openEncoder } from "./node-encoder.ts";
import type { ModelRegistry } from "./registry/registry.ts";
import { addTextTower } from "./text-towers.ts";
import type { Vram } from "./vram/vram.ts";

/** The encoders a node can be told to see with: the project's own, and each model of the registry that has a tower for pictures. */
export interface Encoders {
  /** What IMAGE_ENCODER can be. */
  readonly names: readonly string[];
  /**
   * Opened once; with an encoder of two towers the one for words becomes known as well. Undefined where its files are not here or damaged, or
   * it does not fit: one line in the log says so and what to do, and what is served goes on being served.
   */
  open(name: string): Promise<ImageEncoder | undefined>;
  /** The encoder that writes this space, where it is open. */
  ofSpace(space: string): ImageEncoder | undefined;
  /** The name of the encoder that writes this space; undefined where there is none, as after it was replaced by a newer one. */
  nameOf(space: string): string | undefined;
}

export interface EncoderParts {
  registry: Pick<ModelRegistry, "list" | "locate">;
  vram: Pick<Vram, "manage" | "view">;
  log: Log;
}

/** Spaces of networks are called by the model and the beginning of its digest: see `openClip`. */
const networkSpace = /^(.+)-[0-9a-f]{8}$/;

export async function openEncoders({ registry, vram, log }: EncoderParts): Promise<Encoders> {
  const networks = (await registry.list()).filter(({ roles, state }) => state !== "builtin" && roles.includes("image-encoder")).map(({ name }) => name);
  const opening = new Map<string, Promise<ImageEncoder | undefined>>();
  const open = new Map<string, ImageEncoder>();

  const openNetwork = async (model: string): Promise<ImageEncoder> => {
    const { openClip } = await import("./clip/clip.ts");
    const { image, text } = await openClip({ model, registry, vram, log });
    addTextTower(text);
    return image;
  };

  const openNamed = async (name: string): Promise<ImageEncoder | undefined> => {
    try {
      const encoder = await (networks.includes(name) ? openNetwork(name) : openEncoder(name));
      open.set(encoder.space, encoder);
      return encoder;
    } catch (error) {
      log({ event: "encoder.unavailable", encoder: name, why: describeError(error).error });
      return undefined;
    }
  };

  return {
    names: [...encoderNames, ...networks],
    open(name) {
      const encoder = opening.get(name) ?? openNamed(name);
      opening.set(name, encoder);
      return encoder;
    },
    ofSpace: (space) => open.get(space),
    nameOf(space) {
      const model = networkSpace.exec(space)?.[1];
      return encoderOfSpace(space) ?? (model !== undefined && networks.includes(model) ? model : undefined);
    },
  };
}

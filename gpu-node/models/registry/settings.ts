import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import type { Hub } from "./hub.ts";

const text = z.string().min(1, "is empty");

/** The settings of the registry, which the node and `npm run models` share. */
export const ModelSettings = z.object({
  MODELS_DIR: text.optional(),
  XDG_CACHE_HOME: text.optional(),
  HF_ENDPOINT: z.url({ protocol: /^https?$/, error: "has to be an http or https address" }).default("https://huggingface.co"),
  HF_TOKEN: text.optional(),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

/** Where pulled models lie: never in the repository, and in one place for every checkout of it. */
export function modelsDirOf({ MODELS_DIR, XDG_CACHE_HOME }: Pick<ModelSettings, "MODELS_DIR" | "XDG_CACHE_HOME">): string {
  if (MODELS_DIR !== undefined) return resolve(MODELS_DIR);
  // A relative XDG path is invalid by its specification and ignored.
  const cache = XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(cache, "miraveja", "models");
}

export function hubOf({ HF_ENDPOINT, HF_TOKEN }: Pick<ModelSettings, "HF_ENDPOINT" | "HF_TOKEN">): Hub {
  return { endpoint: HF_ENDPOINT.replace(/\/+$/, ""), token: HF_TOKEN };
}

import type { ViewerFigures } from "./metrics/measure-viewer.ts";
import { linksOfWarm } from "./policies/collective-in-memory.ts";
import { fitEase } from "./policies/ease.ts";
import { runWorld } from "./run-world.ts";
import type { Options } from "./options.ts";
import { loadCatalogue } from "./world/catalogue.ts";
import type { Catalogue, DataSet } from "./world/catalogue.ts";
import { degrade } from "./world/degrade.ts";
import { makeWorld } from "./world/world.ts";

/** One setting: a catalogue under the encoder's own vectors or degraded ones, all arms over the same viewers. */
export interface Setting {
  data: DataSet;
  degraded: boolean;
  images: number;
  encoder: { space: string; styleRecallAt10: number | undefined; noise: number };
  /** By arm, viewers of all seeds in order. */
  arms: Map<string, ViewerFigures[]>;
}

export interface Watch {
  onSetting: (name: string, viewers: number) => void;
  onDone: (viewers: number) => void;
  signal: AbortSignal;
}

export async function simulate(options: Options, watch: Watch): Promise<Setting[]> {
  const settings: Setting[] = [];
  for (const data of options.data) {
    const clean = await loadCatalogue(data, options.cache, watch.signal);
    settings.push(await runSetting({ data, degraded: false, catalogue: clean, clean, encoder: { space: clean.space, styleRecallAt10: undefined, noise: 0 } }, options, watch));
    if (!options.degraded) continue;
    const { catalogue, noise, recall } = degrade(clean);
    settings.at(-1)!.encoder.styleRecallAt10 = recall.before;
    settings.push(await runSetting({ data, degraded: true, catalogue, clean, encoder: { space: catalogue.space, styleRecallAt10: recall.after, noise } }, options, watch));
  }
  return settings;
}

type Stage = Pick<Setting, "data" | "degraded" | "encoder"> & { catalogue: Catalogue; clean: Catalogue };

async function runSetting({ data, degraded, catalogue, clean, encoder }: Stage, options: Options, watch: Watch): Promise<Setting> {
  // Parts are switched off where the encoder is its own and anyone can repeat the run.
  const withParts = data === options.data[0] && !degraded;
  const names = [...new Set([...options.policies, ...(withParts ? options.ablations : [])])];
  const arms = new Map<string, ViewerFigures[]>(names.map((name) => [name, []]));
  watch.onSetting(`${data}${degraded ? ", degraded" : ""}`, names.length * options.viewers * options.seeds.length);
  for (const seed of options.seeds) {
    watch.signal.throwIfAborted();
    const world = makeWorld(catalogue, seed);
    const [ease, links] = [fitEase(world), linksOfWarm(world)];
    const figures = await runWorld({
      plan: { catalogue, clean, seed, ease, links, pages: options.pages }, arms: names, viewers: options.viewers, threads: options.threads, signal: watch.signal, onDone: watch.onDone,
    });
    for (const [name, all] of figures) arms.get(name)!.push(...all);
  }
  return { data, degraded, images: clean.images.length, encoder, arms };
}

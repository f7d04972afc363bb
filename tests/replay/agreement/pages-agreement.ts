import { snips } from "#shared/experiments/off-policy.ts";
import type { Estimate } from "#shared/experiments/estimate.ts";
import { createComposer } from "#shared/feed/compose.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { FeedConfig, LiveSource } from "#shared/feed/feed-config.ts";
import { linksOfWarm } from "#tests/simulation/policies/collective-in-memory.ts";
import { makeOurs } from "#tests/simulation/policies/ours.ts";
import type { ComposedPage } from "#tests/simulation/policies/ours.ts";
import { runViewer } from "#tests/simulation/run-viewer.ts";
import { isLike } from "#tests/simulation/viewer-model.ts";
import type { Reaction } from "#tests/simulation/viewer-model.ts";
import type { Catalogue } from "#tests/simulation/world/catalogue.ts";
import { makeWorld, testViewer } from "#tests/simulation/world/world.ts";
import type { World } from "#tests/simulation/world/world.ts";

/** A page as the node logs it, and what its viewer made of each slot. */
export interface SimulatedPage extends ComposedPage {
  reactions: readonly Reaction[];
}

const hotter = 1.5;

export interface PagesAgreement {
  /** The log: pages of a policy that draws more evenly than ours. */
  pages: readonly SimulatedPage[];
  /** Welcomed part of its slots; of ours' slots for the same viewers, as the simulator finds it by running ours; and as the log tells it. */
  served: number;
  truth: number;
  estimate: Estimate;
}

/** Logs pages of another policy, estimates ours from them, and runs ours to see what is true. */
export async function pagesAgreement({ catalogue, seed, viewers }: { catalogue: Catalogue; seed: number; viewers: number }): Promise<PagesAgreement> {
  const bare = makeWorld(catalogue, seed);
  const world = { ...bare, links: linksOfWarm(bare) };
  const pages = await servePages(world, viewers, hotterConfig);
  return { pages, served: welcomedPart(pages), truth: welcomedPart(await servePages(world, viewers)), estimate: exactEstimate(pages) };
}

function welcomedPart(pages: readonly SimulatedPage[]): number {
  const reactions = pages.flatMap((page) => page.reactions);
  return reactions.filter(welcomes).length / reactions.length;
}

/** Ours, but drawing more evenly: every temperature one and a half times as high. */
function hotterConfig(config: FeedConfig): FeedConfig {
  const temperature = Object.fromEntries(Object.entries(config.temperature).map(([quota, value]) => [quota, hotter * value])) as FeedConfig["temperature"];
  return { ...config, temperature };
}

/** The pages that ours, with its numbers changed, shows to viewers under test. */
async function servePages(world: World, viewers: number, feed: (config: FeedConfig) => FeedConfig = (config) => config): Promise<SimulatedPage[]> {
  const composed: ComposedPage[] = [];
  const policy = makeOurs(world, { feed, onPage: (page) => composed.push(page) });
  const served: SimulatedPage[] = [];
  for (let index = 0; index < viewers; index++) {
    const history = await runViewer(world, policy, testViewer(world, index));
    for (const page of composed.splice(0)) served.push({ ...page, reactions: history.splice(0, page.slots.length).map(({ reaction }) => reaction) });
  }
  return served;
}

function welcomes(reaction: Reaction): boolean {
  return reaction.some(({ kind }) => isLike(kind) || kind === "open");
}

/** What ours would be welcomed at in the places where the serving policy put its viewers, with its exact chance of each logged image (SNIPS). */
function exactEstimate(pages: readonly SimulatedPage[]): Estimate {
  return snips(pages.flatMap(({ viewer, input, slots, reactions }) => {
    const ours = createComposer({ ...input, config: feedConfig });
    return slots.map(({ image_id, source, propensity }, i) => ({
      group: viewer, propensity, target: ours.take(image_id, source as LiveSource).propensity, reward: welcomes(reactions[i]!) ? 1 : 0,
    }));
  }));
}

import { workerData } from "piscina";
import type { TogetherLinks } from "#shared/taste/collective/together.ts";
import { viewerMeasure } from "./metrics/measure-viewer.ts";
import type { ViewerFigures } from "./metrics/measure-viewer.ts";
import { makeArm } from "./arms.ts";
import type { Policy } from "./policies/policy.ts";
import { runViewer } from "./run-viewer.ts";
import type { Catalogue } from "./world/catalogue.ts";
import { makeWorld, testViewer } from "./world/world.ts";
import type { World } from "./world/world.ts";

/** What all tasks of one world share; its large arrays lie in memory that threads share. */
export interface WorldPlan {
  catalogue: Catalogue;
  /** The same images with the encoder's own vectors. */
  clean: Catalogue;
  seed: number;
  pages: number;
  ease: Float32Array;
  links: TogetherLinks;
}

/** Some viewers under one arm. */
export interface Task {
  arm: string;
  from: number;
  until: number;
}

let prepared: { world: World; pages: number; measure: ReturnType<typeof viewerMeasure> } | undefined;
const made = new Map<string, Policy>();

/** One task on a worker thread. Viewers do not know of each other, so neither their order nor the threads change a figure. */
export default async function simulateTask({ arm, from, until }: Task): Promise<ViewerFigures[]> {
  prepared ??= prepare();
  const { world, measure, pages } = prepared;
  const policy = made.get(arm) ?? (await makeArm(arm, world));
  made.set(arm, policy);
  const figures: ViewerFigures[] = [];
  for (let index = from; index < until; index++) {
    const viewer = testViewer(world, index);
    figures.push(measure(viewer, await runViewer(world, policy, viewer, pages)));
  }
  return figures;
}

function prepare(): NonNullable<typeof prepared> {
  const plan = workerData as WorldPlan;
  const world = { ...makeWorld(plan.catalogue, plan.seed), ease: plan.ease, links: plan.links };
  return { world, pages: plan.pages, measure: viewerMeasure(world, plan.clean) };
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { interactionLog, type NewEvent } from "#shared/stores/interaction-log.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { residentMb } from "./machine.ts";
import type { Row } from "./report.ts";
import type { SyntheticGallery } from "./synthetic-gallery.ts";
import { newViewer, puddlesEach } from "./viewers.ts";
import type { World } from "./world.ts";

const likesEach = 4 * puddlesEach;
/** For what the node had taken in to be stored and collected. */
const settleMs = 2_000;

/** What the node's resident memory grows by for every viewer whose taste it holds. */
export async function measureHeldTastes(world: World, gallery: SyntheticGallery, viewers: number): Promise<Row> {
  const node = world.stack.processes().find(({ name }) => name === "gpu-node")!;
  await observeNew(world, gallery, viewers);
  await sleep(settleMs);
  const before = residentMb(node.pid).now;
  await observeNew(world, gallery, viewers);
  await sleep(settleMs);
  const after = residentMb(node.pid).now;
  return {
    what: "memory per held taste",
    figures: { resident_kb: (1_024 * (after - before)) / viewers, node_before_mb: before, node_after_mb: after },
    note: `the node's resident growth over ${viewers} more viewers of ${puddlesEach} puddles after as many, what their folding left behind included`,
  };
}

async function observeNew(world: World, gallery: SyntheticGallery, viewers: number): Promise<void> {
  const log = interactionLog(world.database);
  for (let v = 0; v < viewers; v++) {
    const { id } = await newViewer(world);
    const events = Array.from({ length: likesEach }, (_, i): NewEvent => {
      const liked = gallery.ofStyle(v + 2 * (i % puddlesEach));
      return {
        event_id: randomUUID(), kind: "like", image_id: liked[(v * 4 + Math.floor(i / puddlesEach)) % liked.length]!,
        value: null, target: null, page_id: null, slot: null, at: Date.now(),
      };
    });
    const { offset } = await log.append(id, events, await digestOfViewer(id));
    await world.observe([{ viewer_id: id, offset }]);
  }
}

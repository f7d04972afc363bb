import { randomUUID } from "node:crypto";
import type { FeedPage } from "#shared/contract/feed.ts";
import type { ApiViewer } from "#tests/harness/viewer.ts";
import { quantile, timeEach } from "./figures.ts";
import type { Row } from "./report.ts";
import { puddlesEach } from "./viewers.ts";
import type { World } from "./world.ts";

export interface Scale {
  images: number;
  goalP50Ms: number;
}

const limit = 12;
const pages = 3;
const warmUp = 4;

/** A first page composed anew, asked of the node as the edge asks (signed, three pages) and of the edge as a visitor asks. */
export async function measureComposing(world: World, viewers: readonly ApiViewer[], { images, goalP50Ms }: Scale, times: number): Promise<Row[]> {
  const turn = (index: number) => viewers[index % viewers.length]!;
  const signed = async (index: number): Promise<void> => {
    const { length } = (
      await world.compose({ viewer_id: turn(index).id, stream_id: randomUUID(), position: 0, pages, limit, mood: null, mode: "replace", served_through: -1 })
    ).pages[0]!.slots;
    if (length !== limit) throw new Error(`the node composed a page of ${length} slots, not ${limit}`);
  };
  let fallbacks = 0;
  const visited = async (index: number): Promise<void> => {
    const page = await turn(index).ask<FeedPage>("GET", `/v1/feed?limit=${limit}`);
    if (page.served_by !== "composed") fallbacks++;
  };
  await timeEach(warmUp, signed);
  const direct = await timeEach(times, signed);
  await timeEach(warmUp, visited);
  fallbacks = 0;
  const throughEdge = await timeEach(times, visited);
  const p50 = quantile(direct, 0.5);
  const size = images.toLocaleString("en");
  return [
    {
      what: `composing at ${size} images`,
      figures: { p50_ms: p50, p99_ms: quantile(direct, 0.99) },
      goal: { says: `p50 under ${goalP50Ms} ms`, met: p50 < goalP50Ms },
      note: `signed call for ${pages} pages of ${limit}, viewers with ${puddlesEach} puddles, ${times} times`,
    },
    {
      what: "  through the edge",
      figures: { p50_ms: quantile(throughEdge, 0.5), p99_ms: quantile(throughEdge, 0.99), fallbacks },
      note: "first page of a new stream: composed, stored and served; a fallback is a page the node was too late for",
    },
  ];
}

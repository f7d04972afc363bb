import { Failure } from "#shared/contract/failures.ts";
import type { ComposeAnswer, ComposedPage, ComposeRequest } from "#shared/contract/node.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import type { Page, RegionSketch } from "#shared/feed/candidate.ts";
import { compose } from "#shared/feed/compose.ts";
import { explain } from "#shared/feed/why.ts";
import type { Database, Row } from "#shared/stores/database.ts";
import { beginStream, beginStreamStatements, selectExplored, streamStateOf, type PageStore, type StreamState } from "#shared/stores/page-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { gatherCandidates, type GatherParts } from "./gather.ts";
import type { RegionMemory, RegionsNow } from "./region-memory.ts";
import type { TasteKeeper, ViewerNow } from "./taste-keeper.ts";

/** Composes the coming pages of a stream and puts them on record before they are answered. */
export type ComposePages = (request: ComposeRequest, signal: AbortSignal) => Promise<ComposeAnswer>;

export interface ComposePagesParts extends GatherParts {
  database: Database;
  keeper: Pick<TasteKeeper, "catchUp">;
  pages: Pick<PageStore, "commit">;
  regions: RegionMemory;
  calibration: SpaceCalibration;
  clock: Clock;
}

const attempts = 3;
/** Slots of the stream that count as "of late" when exploration moves on. */
const latelyShown = 96;
/** What is expected of a region nobody has explored: one welcome in ten. */
const rewardPrior = { alpha: 1, beta: 9 };

export function composePages(parts: ComposePagesParts): ComposePages {
  return async (request, signal) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await composeOnce(parts, request, signal);
      if (answer.current || request.mode === "extend") return answer;
      if (attempt === attempts) throw new Failure("gpu.busy", { detail: "This stream is being written by several requests at once." });
    }
  };
}

/** One try: `current` is false, and nothing written, when another writer of the stream was faster. */
async function composeOnce(parts: ComposePagesParts, request: ComposeRequest, signal: AbortSignal): Promise<ComposeAnswer> {
  const { pages: pageStore, regions, clock } = parts;
  const [{ stream, viewer, explored }, regionsNow] = await Promise.all([readStream(parts, request), regions()]);
  stopIfGone(signal);
  const now = clock();
  const pages = await draw(parts, request, { stream, viewer, explored, regionsNow, now });
  stopIfGone(signal);
  const { taste, settings } = viewer;
  const generation = await pageStore.commit({
    viewer_id: request.viewer_id, stream_id: request.stream_id, generation: stream.generation,
    taste_offset: taste.offset, adventure: settings.adventure, composed_by: "node", pages,
  });
  const answer = { taste_offset: taste.offset, composed_at: new Date(now).toISOString() };
  if (generation === null) return { ...answer, generation: stream.generation, current: false, pages: [] };
  return { ...answer, generation, current: true, pages };
}

interface StreamNow {
  stream: StreamState;
  viewer: ViewerNow;
  explored: { image_id: string; welcomed: boolean }[];
}

/** Everything a viewer's page depends on, in one round trip: what was shown, what they did, what they chose. */
async function readStream({ database, keeper }: ComposePagesParts, request: ComposeRequest): Promise<StreamNow> {
  const { viewer_id, stream_id, position, served_through } = request;
  const begin = beginStream(viewer_id, stream_id, position, served_through, await digestOfViewer(viewer_id));
  const catchUp = keeper.catchUp(viewer_id);
  const results = await database.transaction([...begin, selectExplored(viewer_id), ...catchUp.statements]);
  const stream = streamStateOf(results[beginStreamStatements - 1]);
  const explored = (results[beginStreamStatements] ?? []).map((row: Row) => ({ image_id: row["image_id"] as string, welcomed: row["welcomed"] as boolean }));
  const viewer = await catchUp.finish(results.slice(beginStreamStatements + 1));
  // No stream: the viewer was erased, or the stream is another viewer's.
  if (stream === undefined) throw new Failure("viewer.erased");
  return { stream, viewer, explored };
}

async function draw(
  parts: ComposePagesParts,
  request: ComposeRequest,
  { stream, viewer: { taste, settings }, explored, regionsNow, now }: StreamNow & { regionsNow: RegionsNow; now: number },
): Promise<ComposedPage[]> {
  const random = seededRandom(crypto.randomUUID());
  const lately = stream.shown.slice(-latelyShown);
  const [candidates, facts] = await Promise.all([
    gatherCandidates(parts, {
      taste, regions: regionsNow, slots: request.limit * request.pages, mood: request.mood, now, random,
      barred: new Set([...stream.shown, ...stream.settled]), avoided: new Set(stream.seenElsewhere),
    }),
    parts.memory.facts([...lately, ...explored.map((slot) => slot.image_id)]),
  ]);
  const regionOf = (id: string) => facts.get(id)?.region_id ?? undefined;
  const pages = compose({
    taste, calibration: parts.calibration, candidates, settings, now, random,
    regions: sketches(regionsNow, explored, regionOf),
    ...(request.mood === null ? {} : { mood: request.mood }),
    outcomes: explored.map(({ image_id, welcomed }) => ({ image_id, source: "explore", position: 0, at: now, outcome: welcomed ? "welcomed" : "ignored" })),
    shown: countBy(lately.map(regionOf)),
    limit: request.limit,
    pages: request.pages,
  });
  const styleOf = new Map(candidates.map((candidate) => [candidate.image_id, candidate]));
  const composed = (pages.length > 0 ? pages : [{ slots: [] }]).map((page, i) =>
    composedPage(page, request.position + i, (id) => {
      const candidate = styleOf.get(id);
      const region_label = regionsNow.labelOf.get(candidate?.region_id ?? "");
      return { ...(candidate?.style === undefined ? {} : { style: candidate.style }), ...(region_label === undefined ? {} : { region_label }) };
    }),
  );
  return composed;
}

function composedPage(page: Page, position: number, imageOf: (id: string) => Parameters<typeof explain>[1]): ComposedPage {
  return {
    page_id: crypto.randomUUID(),
    position,
    slots: page.slots.map((slot) => ({
      image_id: slot.image_id,
      source: slot.source,
      propensity: slot.propensity,
      terms: slot.terms,
      why: explain(slot, imageOf(slot.image_id)),
    })),
  };
}

/** Regions with the record of the viewer's own explored slots in them. */
function sketches({ regions }: RegionsNow, explored: StreamNow["explored"], regionOf: (id: string) => string | undefined): RegionSketch[] {
  const offered = countBy(explored.map((slot) => regionOf(slot.image_id)));
  const welcomed = countBy(explored.filter((slot) => slot.welcomed).map((slot) => regionOf(slot.image_id)));
  return regions.map(({ id, centroid }) => {
    const good = welcomed.get(id) ?? 0;
    const rest = (offered.get(id) ?? 0) - good;
    return { id, centroid, reward: { alpha: rewardPrior.alpha + good, beta: rewardPrior.beta + rest } };
  });
}

function countBy(keys: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Nobody waits for these pages any more; writing them would overtake those the caller has turned to instead. */
function stopIfGone(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure("request.malformed", { detail: "The caller has gone." });
}

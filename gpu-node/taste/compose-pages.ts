import { Failure } from "#shared/contract/failures.ts";
import type { ComposeAnswer, ComposedPage, ComposeRequest } from "#shared/contract/node.ts";
import { mostUnsafe, strictestOf } from "#shared/contract/safety.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import type { ComposeInput, Page, Slot, SlotOutcome } from "#shared/feed/candidate.ts";
import { compose } from "#shared/feed/compose.ts";
import { groupTaste, groupTasteConfig, isOwnPuddle } from "#shared/feed/group-taste.ts";
import { explain, type Spoken } from "#shared/feed/why.ts";
import type { Database, Row } from "#shared/stores/database.ts";
import {
  beginStream, beginStreamStatements, selectOutcomes, selectSettledOf, slotOutcomeOf, streamStateOf, type PageStore, type StreamState,
} from "#shared/stores/page-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { pageInput, type PageInputParts } from "./page-input.ts";
import type { RegionMemory, RegionsNow } from "./region-memory.ts";
import type { TasteKeeper, ViewerNow } from "./taste-keeper.ts";

/** Composes the coming pages of a stream and puts them on record before they are answered. */
export type ComposePages = (request: ComposeRequest, signal: AbortSignal) => Promise<ComposeAnswer>;

export interface ComposePagesParts extends PageInputParts {
  database: Database;
  keeper: Pick<TasteKeeper, "catchUp">;
  pages: Pick<PageStore, "commit">;
  regions: RegionMemory;
  clock: Clock;
}

const attempts = 3;
/** Slots of the stream that count as "of late" when exploration moves on. */
const latelyShown = 96;

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
  const [known, regionsNow] = await Promise.all([readStream(parts, request), regions()]);
  stopIfGone(signal);
  const now = clock();
  const pages = await draw(parts, request, known, regionsNow, now);
  stopIfGone(signal);
  const { stream, viewer: { taste, settings } } = known;
  const generation = await pageStore.commit({
    viewer_id: request.viewer_id, stream_id: request.stream_id, generation: stream.generation,
    taste_offset: taste.offset, adventure: settings.adventure, composed_by: "node", pages,
  });
  const answer = { taste_offset: taste.offset, composed_at: new Date(now).toISOString(), safety: settings.safety };
  if (generation === null) return { ...answer, generation: stream.generation, current: false, pages: [] };
  return { ...answer, generation, current: true, pages };
}

interface StreamNow {
  stream: StreamState;
  outcomes: SlotOutcome[];
  /** With the level of safety that suits everyone who looks on. */
  viewer: ViewerNow;
  /** Those the viewer looks together with. */
  company: Taste[];
}

/** Everything a viewer's page depends on, in one round trip: what was shown, what they did, what they chose; and who looks on. */
async function readStream({ database, keeper }: ComposePagesParts, request: ComposeRequest): Promise<StreamNow> {
  const { viewer_id, stream_id, position, served_through, with_viewers = [] } = request;
  const others = with_viewers.filter((id) => id !== viewer_id);
  const begin = beginStream(viewer_id, stream_id, position, served_through, await digestOfViewer(viewer_id));
  const settledOf = others.length > 0 ? [selectSettledOf(others)] : [];
  const catchUps = [viewer_id, ...others].map((id) => keeper.catchUp(id));
  const results = await database.transaction([...begin, selectOutcomes(viewer_id), ...settledOf, ...catchUps.flatMap(({ statements }) => statements)]);
  let read = beginStreamStatements - 1;
  const next = (count = 1): Row[][] => results.slice(read, (read += count));
  const stream = streamStateOf(next()[0]);
  const outcomes = (next()[0] ?? []).map(slotOutcomeOf);
  const settled = next(settledOf.length)[0]?.[0];
  const viewers: ViewerNow[] = [];
  for (const { statements, finish } of catchUps) viewers.push(await finish(next(statements.length)));
  // No stream: the viewer was erased, or the stream is another viewer's.
  if (stream === undefined) throw new Failure("viewer.erased");
  if (settled !== undefined) {
    stream.settled.push(...(settled["settled"] as string[]));
    stream.seenElsewhere.push(...(settled["seen"] as string[]));
  }
  const safety = strictestOf(viewers.map(({ settings }) => settings.safety));
  const viewer = { ...viewers[0]!, settings: { ...viewers[0]!.settings, safety } };
  return { stream, outcomes, viewer, company: viewers.slice(1).map(({ taste }) => taste) };
}

async function draw(
  parts: ComposePagesParts,
  request: ComposeRequest,
  { stream, outcomes, viewer: { taste, settings }, company }: StreamNow,
  regions: RegionsNow,
  now: number,
): Promise<ComposedPage[]> {
  const input = await pageInput(parts, {
    viewer_id: request.viewer_id, settings, outcomes, regions, now,
    taste: groupTaste([taste, ...company], now, parts.calibration),
    ...(company.length > 0 && { tasteConfig: groupTasteConfig }),
    lately: stream.shown.slice(-latelyShown),
    barred: new Set([...stream.shown, ...stream.settled]), avoided: new Set(stream.seenElsewhere),
    mood: request.mood, mostUnsafe: mostUnsafe[settings.safety], limit: request.limit, pages: request.pages,
    random: seededRandom(crypto.randomUUID()),
  });
  const pages = compose(input);
  const inCompany = company.length > 0;
  const wordsFor = spokenOf(inCompany ? { candidates: input.candidates } : input, regions);
  const tellable = inCompany ? ownAlone(taste) : (slot: Slot) => slot;
  return (pages.length > 0 ? pages : [{ slots: [] }]).map((page, i) => composedPage({ slots: page.slots.map(tellable) }, request.position + i, wordsFor));
}

/** In company a slot may come of what another likes; then it names neither their puddle nor an image of theirs. */
function ownAlone({ puddles }: Taste): (slot: Slot) => Slot {
  const liked = new Set(puddles.flatMap(({ recent }) => recent.map(({ image_id }) => image_id)));
  return ({ together_with, ...slot }) => ({ ...slot, ...(together_with !== undefined && liked.has(together_with) && { together_with }) });
}

function composedPage(page: Page, position: number, wordsFor: (id: string) => Spoken): ComposedPage {
  return {
    page_id: crypto.randomUUID(),
    position,
    slots: page.slots.map((slot) => ({
      image_id: slot.image_id,
      source: slot.source,
      propensity: slot.propensity,
      terms: slot.terms,
      features: slot.features,
      ...(slot.anchor && isOwnPuddle(slot.anchor.puddle_id) && { puddle_id: slot.anchor.puddle_id }),
      why: explain(slot, wordsFor(slot.image_id)),
    })),
  };
}

/** What an image of the pages can be spoken of with. */
function spokenOf({ candidates, last_region_id }: Pick<ComposeInput, "candidates" | "last_region_id">, { labelOf }: RegionsNow): (id: string) => Spoken {
  const byId = new Map(candidates.map((candidate) => [candidate.image_id, candidate]));
  const last = labelOf.get(last_region_id ?? "");
  return (id) => {
    const { style, region_id = "" } = byId.get(id)!;
    const label = labelOf.get(region_id);
    return { ...(style !== undefined && { style }), ...(label !== undefined && { region_label: label }), ...(last !== undefined && { last_region_label: last }) };
  };
}

/** Nobody waits for these pages any more; writing them would overtake those the caller has turned to instead. */
function stopIfGone(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure("request.malformed", { detail: "The caller has gone." });
}

import { compose } from "#shared/feed/compose.ts";
import type { Candidate, Source } from "#shared/feed/candidate.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { quantile } from "./figures.ts";
import { MemoryGallery, now } from "./memory-gallery.ts";
import type { Row } from "./report.ts";

/** What one composition costs. Milliseconds of this thread's processor time at the median: nothing waits here, and a busy machine hardly shows. */
interface Cost {
  search_ms: number;
  compose_ms: number;
  page_ms: number;
}

type Grown = "images" | "puddles" | "candidates";
/** The cost, and what had grown how far. */
export type CostPoint = Cost & Partial<Record<Grown, number>>;

export interface CostSeries {
  grows: Grown;
  /** What stands still meanwhile. */
  held: string;
  points: CostPoint[];
}

const dim = 128;
/** Compositions before those that count, for the code to be compiled. */
const warmUp = 6;
const limit = 12;
const pages = 3;
/** As the node does: the surroundings of six puddles and of the user vector are searched for one composition. */
const searched = 6;
const usual = { images: 20_000, puddles: 16, candidates: 500 } as const;
const imageCounts = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
const puddleCounts = [1, 2, 4, 8, 16, 32, 64];
const candidateCounts = [100, 200, 500, 1_000, 2_000];
const others: Source[] = ["explore", "fresh", "popular", "together", "neighbour"];

/** Searching and composing three pages of twelve, in memory and without a database, as images, puddles and candidates grow. */
export async function measurePageCost(times: number, say: (line: string) => void): Promise<CostSeries[]> {
  const gallery = new MemoryGallery(dim);
  const series = (grows: CostSeries["grows"]): CostSeries => ({
    grows, points: [],
    held: (["images", "puddles", "candidates"] as const).filter((one) => one !== grows).map((one) => `${usual[one].toLocaleString("en")} ${one}`).join(", "),
  });
  const [byImages, byPuddles, byCandidates] = [series("images"), series("puddles"), series("candidates")];
  for (const images of imageCounts) {
    say(`composing in memory among ${images} images`);
    gallery.growTo(images);
    byImages.points.push({ images, ...(await costOf(gallery, { ...usual, images }, times)) });
    if (images !== usual.images) continue;
    for (const puddles of puddleCounts) byPuddles.points.push({ puddles, ...(await costOf(gallery, { ...usual, puddles }, times)) });
    for (const candidates of candidateCounts) byCandidates.points.push({ candidates, ...(await costOf(gallery, { ...usual, candidates }, times)) });
  }
  return [byImages, byPuddles, byCandidates];
}

export function pageCostRows(series: readonly CostSeries[]): Row[] {
  return series.map(({ grows, held, points }) => ({
    what: `page cost by ${grows}`,
    figures: Object.fromEntries(points.map((point) => [`${point[grows]!.toLocaleString("en")}_ms`, point.page_ms])),
    note: `searching and composing ${pages} pages of ${limit} in memory, medians of processor time; ${held}`,
  }));
}

async function costOf(gallery: MemoryGallery, { images, puddles, candidates }: Record<keyof typeof usual, number>, times: number): Promise<Cost> {
  const resident = await gallery.search(images);
  const taste = gallery.taste(puddles);
  const random = seededRandom(`cost ${images} ${puddles} ${candidates}`);
  const spent: { search: number; compose: number }[] = [];
  for (let turn = -warmUp; turn < times; turn++) {
    const began = processorMs();
    const near = await searchNear(gallery, resident, taste, candidates);
    const found = processorMs();
    const offered = [...near, ...others.flatMap((source) => gallery.some(Math.max(0, Math.ceil((candidates - near.length) / others.length)), images, source))];
    const ready = processorMs();
    const composed = compose({ taste, calibration: gallery.calibration, candidates: offered.slice(0, candidates), regions: gallery.regions, settings: { adventure: 0.3 }, limit, pages, now, random });
    if (composed.length !== pages) throw new Error(`${candidates} candidates gave ${composed.length} pages, not ${pages}`);
    if (turn >= 0) spent.push({ search: found - began, compose: processorMs() - ready });
  }
  const median = (of: (one: (typeof spent)[number]) => number) => Math.round(1_000 * quantile(spent.map(of), 0.5)) / 1_000;
  return { search_ms: median(({ search }) => search), compose_ms: median(({ compose: own }) => own), page_ms: median(({ search, compose: own }) => search + own) };
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function searchNear(gallery: MemoryGallery, resident: Awaited<ReturnType<MemoryGallery["search"]>>, taste: Taste, candidates: number): Promise<Candidate[]> {
  const queries = [...taste.puddles.slice(0, searched).map(({ centroid }) => centroid), taste.user_vector!];
  const found = await resident.search(taste.space, queries, { limit: Math.min(100, Math.ceil(candidates / 2 / queries.length)), exclude: [] });
  const ids = new Set(found.flat().map(({ image_id }) => image_id));
  return [...ids].map((id) => ({ ...gallery.image(id), sources: ["puddle", "explore"] }));
}

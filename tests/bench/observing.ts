import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { drawIndex, seededRandom } from "#shared/kernel/random.ts";
import { interactionLog, type NewEvent } from "#shared/stores/interaction-log.ts";
import { sql } from "#shared/stores/database.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import type { Row } from "./report.ts";
import type { SyntheticGallery } from "./synthetic-gallery.ts";
import { newViewer } from "./viewers.ts";
import type { World } from "./world.ts";

const goalPerSecond = 2_000;
const batch = 100;
const patienceMs = 60_000;
/** What people do while they scroll; three events in four say something about taste. */
const mixture = [
  { kind: "view", share: 0.25 }, { kind: "dwell", share: 0.45 }, { kind: "open", share: 0.1 },
  { kind: "like", share: 0.13 }, { kind: "save", share: 0.02 }, { kind: "hide", share: 0.05 },
] as const;

/** Events appended in batches of a hundred and announced; counted when every stored taste has reached its log's end. */
export async function measureObserving(world: World, gallery: SyntheticGallery, viewers: number, batchesEach: number): Promise<Row> {
  const { database } = world;
  const log = interactionLog(database);
  const random = seededRandom("what the bench's viewers do");
  const ids = await Promise.all(Array.from({ length: viewers }, async () => (await newViewer(world)).id));
  const offsets = new Map<string, number>();

  const append = async (viewerId: string, style: number): Promise<void> => {
    const { offset } = await log.append(viewerId, Array.from({ length: batch }, () => eventOn(gallery, style, random)), await digestOfViewer(viewerId));
    offsets.set(viewerId, offset);
  };
  const nudge = (some: readonly string[]) => world.observe(some.map((viewer_id) => ({ viewer_id, offset: offsets.get(viewer_id)! })));

  const appending = performance.now();
  for (let turn = 0; turn < batchesEach; turn++) for (const [i, id] of ids.entries()) await append(id, 3 * i + turn);
  const appended = performance.now();
  const answer = await nudge(ids);
  const folded = performance.now();
  if (answer.viewers.some(({ viewer_id, offset }) => offset < offsets.get(viewer_id)!)) throw new Error("a taste did not reach its log's end");
  await tastesStored(world, offsets);
  const stored = performance.now();

  const events = viewers * batchesEach * batch;
  const perSecond = (ms: number) => (1000 * events) / ms;
  const rate = perSecond(folded - appended);
  return {
    what: "observing events",
    figures: { folded_per_s: rate, folded_and_stored_per_s: perSecond(stored - appended), appended_per_s: perSecond(appended - appending) },
    goal: { says: `over ${goalPerSecond.toLocaleString("en")} folded a second`, met: rate > goalPerSecond },
    note: `${events.toLocaleString("en")} events of ${viewers} viewers, read from the log, folded in order, tastes stored`,
  };
}

function eventOn(gallery: SyntheticGallery, style: number, random: () => number): NewEvent {
  const { kind } = mixture[drawIndex(mixture.map(({ share }) => share), random)]!;
  const some = gallery.ofStyle(style + Math.floor(random() * 6));
  return {
    event_id: randomUUID(), kind, image_id: some[Math.floor(random() * some.length)]!,
    value: kind === "dwell" ? 1_000 + 6_000 * random() : null, target: null, page_id: null, slot: null, at: Date.now(),
  };
}

async function tastesStored({ database }: World, offsets: ReadonlyMap<string, number>): Promise<void> {
  for (const until = performance.now() + patienceMs; performance.now() < until; await sleep(20)) {
    const rows = await database.query(sql(`select viewer_id, event_offset from tastes where viewer_id = any($1::uuid[])`, [...offsets.keys()]));
    const reached = new Map(rows.map((row) => [row["viewer_id"] as string, Number(row["event_offset"])]));
    if ([...offsets].every(([id, offset]) => (reached.get(id) ?? 0) >= offset)) return;
  }
  throw new Error(`not every taste was stored within ${patienceMs / 1000} s`);
}

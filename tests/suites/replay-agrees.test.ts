import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "#shared/stores/database.ts";
import { pagesAgreement } from "#tests/replay/agreement/pages-agreement.ts";
import type { PagesAgreement, SimulatedPage } from "#tests/replay/agreement/pages-agreement.ts";
import { ratingsAgreement, spearman } from "#tests/replay/agreement/ratings-agreement.ts";
import type { RatingsAgreement } from "#tests/replay/agreement/ratings-agreement.ts";
import { loggedSlots } from "#tests/replay/pages/logged-slots.ts";
import type { LoggedSlot } from "#tests/replay/pages/logged-slots.ts";
import { estimatePolicies } from "#tests/replay/pages/page-policies.ts";
import { smallCatalogue } from "#tests/simulation/world/small-catalogue.ts";
import { embeddedDatabase } from "./embedded-database.ts";
import type { EmbeddedDatabase } from "./embedded-database.ts";

const seed = 7;
/**
 * Seven policies' intervals in two worlds, each asked for two truths: 28 intervals of 95 % hold all of them that often when they are
 * so much wider (Bonferroni: 3.12 deviations for 1.96).
 */
const jointly = 3.12 / 1.96;
/** Images whose looks tell their labels well, and hardly at all: in the one world content wins, in the other what people like together. */
const worlds = { clear: smallCatalogue({ styles: 24, dim: 24, noise: 0.5 }), blurred: smallCatalogue({ styles: 24, dim: 24, noise: 2 }) };

describe.each(["clear", "blurred"] as const)("a log written by the simulator (%s looks), replayed", (looks) => {
  let agreement: RatingsAgreement;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "miraveja-agreement-"));
    agreement = await ratingsAgreement({ catalogue: worlds[looks], seed, viewers: 450, run: 0, folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("holds as many viewers, images, slots and likes per slot as the simulator counts", () => {
    expect(agreement.counted).toHaveLength(5);
    for (const { what, simulator, replay } of agreement.counted) expect(replay, what).toBeCloseTo(simulator, 9);
  });

  it("puts the policies in the simulator's order", () => {
    expect(agreement.spearman).toBeGreaterThanOrEqual(0.8);
    const [known, told] = (["simulated", "replayed"] as const).map((by) => agreement.policies.toSorted((a, b) => (by === "simulated" ? b.simulated - a.simulated : b.replayed.mean - a.replayed.mean))[0]!);
    expect(known!.replayed.interval.high).toBeGreaterThanOrEqual(told!.replayed.mean);
  });

  it("gives each policy the recall it truly has, within the interval: the simulator's own policies and replay's rankings", () => {
    for (const { policy, simulated, ranked, replayed: { mean, interval } } of agreement.policies)
      for (const truth of [simulated, ranked]) {
        expect(truth, policy).toBeGreaterThanOrEqual(mean - jointly * (mean - interval.low));
        expect(truth, policy).toBeLessThanOrEqual(mean + jointly * (interval.high - mean));
      }
    // And the intervals are narrow enough to say something: the best policy's lies above what chance finds.
    const recalls = agreement.policies.map(({ replayed }) => replayed.interval);
    expect(Math.max(...recalls.map(({ low }) => low))).toBeGreaterThan(agreement.policies.find(({ policy }) => policy === "random")!.replayed.interval.high);
  });
});

describe("pages served by the simulator's engine, read back from a database", () => {
  let agreement: PagesAgreement;
  let embedded: EmbeddedDatabase;
  let slots: LoggedSlot[];
  beforeAll(async () => {
    embedded = await embeddedDatabase();
    agreement = await pagesAgreement({ catalogue: worlds.clear, seed, viewers: 20 });
    await write(embedded, agreement.pages);
    slots = [];
    for await (const page of loggedSlots(embedded.database)) slots.push(...page);
  });
  afterAll(() => embedded[Symbol.asyncDispose]());

  it("are welcomed as often as the simulator says, in all and source by source", () => {
    const estimates = estimatePolicies(slots);
    const of = (policy: string) => estimates.find((one) => one.policy === policy)!;
    expect(of("all that was served").value).toBeCloseTo(agreement.served, 9);
    const all = agreement.pages.flatMap((page) => page.slots.map(({ source }, i) => ({ source, welcomed: page.reactions[i]!.some(({ kind }) => kind !== "dwell" && kind !== "hide") })));
    const bySource = Map.groupBy(all, ({ source }) => source);
    expect(bySource.size).toBeGreaterThan(3);
    for (const [source, some] of bySource) {
      expect(of(`source ${source}`).draws, source).toBe(some.length);
      expect(of(`source ${source}`).value, source).toBeCloseTo(some.filter(({ welcomed }) => welcomed).length / some.length, 9);
    }
  });

  it("tell what ours would be welcomed at, though another policy drew them: within its interval lies what running ours comes to", () => {
    const { estimate: { interval: { low, high }, value, effectiveSampleSize, groups }, truth } = agreement;
    expect(groups).toBe(20);
    expect(low).toBeLessThanOrEqual(truth);
    expect(high).toBeGreaterThanOrEqual(truth);
    expect(high - low).toBeLessThan(value / 3);
    expect(effectiveSampleSize).toBeGreaterThan(slots.length / 2);
  });
});

it("ranks correlate as worked out by hand, ties at their mean rank", () => {
  expect(spearman([1, 2, 3, 4], [10, 20, 40, 30])).toBeCloseTo(0.8, 12);
  expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  expect(spearman([1, 1, 2], [5, 5, 9])).toBeCloseTo(1, 12);
});

/** The pages and what was done with them, as the service keeps them. */
async function write({ database }: EmbeddedDatabase, pages: readonly SimulatedPage[]): Promise<void> {
  const run = (text: string, ...params: unknown[]) => database.query(sql(text, ...params));
  const [people, images] = [new Map<string, string>(), new Map<string, string>()];
  const idIn = (known: Map<string, string>, key: string) => known.get(key) ?? known.set(key, randomUUID()).get(key)!;
  const streams = new Map<string, string>();
  const [rows, events]: [object[], object[]] = [[], []];
  for (const { viewer, slots, reactions } of pages) {
    const [id, viewer_id] = [randomUUID(), idIn(people, viewer)];
    const ids = slots.map(({ image_id }) => idIn(images, image_id));
    rows.push({ id, stream_id: idIn(streams, viewer), position: rows.length, image_ids: ids, slots: slots.map(({ source, propensity, terms }, i) => ({ image_id: ids[i], source, propensity, terms })) });
    reactions.forEach((reaction, i) => {
      for (const { kind } of reaction) events.push({ viewer_id, event_id: randomUUID(), viewer_seq: events.length + 1, kind, image_id: ids[i], page_id: id });
    });
  }
  await run(`insert into viewers (id) select * from unnest($1::uuid[])`, [...people.values()]);
  await run(`insert into feed_streams (id, viewer_id) select * from unnest($1::uuid[], $2::uuid[])`, [...streams.values()], [...streams.keys()].map((viewer) => people.get(viewer)));
  await run(
    `insert into feed_pages (id, stream_id, position, taste_offset, adventure, composed_by, image_ids, slots, served_at)
     select page.id, page.stream_id, page.position, 0, 0.3, 'node', page.image_ids, page.slots, now()
     from jsonb_to_recordset($1::jsonb) as page(id uuid, stream_id uuid, position int, image_ids uuid[], slots jsonb)`, JSON.stringify(rows),
  );
  await run(
    `insert into interactions (viewer_id, event_id, viewer_seq, kind, image_id, page_id, occurred_at)
     select said.viewer_id, said.event_id, said.viewer_seq, said.kind, said.image_id, said.page_id, now()
     from jsonb_to_recordset($1::jsonb) as said(viewer_id uuid, event_id uuid, viewer_seq int, kind text, image_id uuid, page_id uuid)`, JSON.stringify(events),
  );
}

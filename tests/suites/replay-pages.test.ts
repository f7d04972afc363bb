import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { feedConfig } from "#shared/feed/feed-config.ts";
import { drawIndex, seededRandom } from "#shared/kernel/random.ts";
import { sql } from "#shared/stores/database.ts";
import { countServedPages, loggedSlots } from "#tests/replay/pages/logged-slots.ts";
import type { LoggedSlot } from "#tests/replay/pages/logged-slots.ts";
import { estimatePolicies } from "#tests/replay/pages/page-policies.ts";
import { embeddedDatabase } from "./embedded-database.ts";
import type { EmbeddedDatabase } from "./embedded-database.ts";

describe("slots read from logged pages", () => {
  let embedded: EmbeddedDatabase;
  beforeAll(async () => {
    embedded = await embeddedDatabase();
  });
  afterAll(() => embedded[Symbol.asyncDispose]());

  const run = (text: string, ...params: unknown[]) => embedded.database.query(sql(text, ...params));
  const image = () => randomUUID();

  async function page(viewer: string, images: readonly string[], { served = true, by = "node", composedAt = new Date(0) } = {}): Promise<string> {
    const [stream, id] = [randomUUID(), randomUUID()];
    await run(`insert into feed_streams (id, viewer_id) values ($1, $2)`, stream, viewer);
    await run(
      `insert into feed_pages (id, stream_id, position, taste_offset, adventure, composed_by, image_ids, slots, composed_at, served_at)
       values ($1, $2, 0, 0, 0.3, $3, $4::uuid[], $5::jsonb, $6, $7)`,
      id, stream, by, images, JSON.stringify(images.map((image_id) => ({ image_id, source: "puddle", propensity: 0.25, terms: { puddle: 0.5 } }))), composedAt, served ? new Date() : null,
    );
    return id;
  }
  let seq = 0;
  async function say(viewer: string, kind: string, image_id: string | null, { page: on, target }: { page?: string; target?: string } = {}): Promise<string> {
    const event = randomUUID();
    await run(
      `insert into interactions (viewer_id, event_id, viewer_seq, kind, image_id, target, page_id, occurred_at) values ($1, $2, $3, $4, $5, $6, $7, now())`,
      viewer, event, ++seq, kind, image_id, target ?? null, on ?? null,
    );
    return event;
  }
  async function viewer(): Promise<string> {
    const id = randomUUID();
    await run(`insert into viewers (id) values ($1)`, id);
    return id;
  }
  async function all(): Promise<LoggedSlot[]> {
    const slots: LoggedSlot[] = [];
    for await (const one of loggedSlots(embedded.database)) slots.push(...one);
    return slots;
  }

  it("say what their viewer made of them afterwards, and nothing of what was taken back, said elsewhere or by others", async () => {
    const [ann, bob] = [await viewer(), await viewer()];
    const images = Array.from({ length: 6 }, image);
    const [liked, hidden, undone, elsewhere, byOther, ignored] = images as [string, string, string, string, string, string];
    const id = await page(ann, images);
    const other = await page(bob, [byOther]);
    await say(ann, "like", liked, { page: id });
    await say(ann, "open", liked);
    await say(ann, "hide", hidden);
    await say(ann, "undo", null, { target: await say(ann, "like", undone, { page: id }) });
    await say(ann, "like", elsewhere, { page: randomUUID() });
    await say(bob, "like", byOther, { page: other });
    await say(ann, "view", ignored, { page: id });
    const slots = (await all()).filter((slot) => slot.viewer === ann);
    expect(slots.map(({ welcomed, refused }) => [welcomed, refused])).toEqual([[true, false], [false, true], [false, false], [false, false], [false, false], [false, false]]);
    expect(slots[0]).toMatchObject({ source: "puddle", propensity: 0.25, terms: { puddle: 0.5 }, composed_by: "node" });
  });

  it("leave out pages nobody was given, and what was said before a page was made", async () => {
    const carol = await viewer();
    const [early, unseen] = [image(), image()];
    await say(carol, "like", early);
    await page(carol, [early], { composedAt: new Date(Date.now() + 1_000) });
    await page(carol, [unseen], { served: false });
    const slots = (await all()).filter((slot) => slot.viewer === carol);
    expect(slots.map(({ welcomed }) => welcomed)).toEqual([false]);
  });

  it("come from every page however many there are", async () => {
    const before = await countServedPages(embedded.database);
    const dan = await viewer();
    const stream = randomUUID();
    await run(`insert into feed_streams (id, viewer_id) values ($1, $2)`, stream, dan);
    await run(
      `insert into feed_pages (id, stream_id, position, taste_offset, adventure, composed_by, image_ids, slots, served_at)
       select gen_random_uuid(), $1, place, 0, 0, 'node', '{}', jsonb_build_array(jsonb_build_object('image_id', gen_random_uuid(), 'source', 'fresh', 'propensity', 0.5, 'terms', '{}'::jsonb)), now()
       from generate_series(1, 450) as place`,
      stream,
    );
    expect(await countServedPages(embedded.database)).toBe(before + 450);
    expect((await all()).filter((slot) => slot.viewer === dan)).toHaveLength(450);
  });
});

describe("policies estimated from logged slots", () => {
  const images = 30;
  const temperature = feedConfig.temperature.best;
  const sharpness = 0.06;
  /** Each image's part of the score by content, and the chance that it is welcomed, which grows with it. */
  const content = Array.from({ length: images }, (_, i) => (0.3 * ((i * 7) % images)) / images);
  const chance = content.map((part, i) => 0.05 + 1.5 * part + 0.2 * ((i % 3) / 3));
  const law = (power: number, heavier = 0) => {
    const weights = content.map((part) => Math.exp((power * sharpness * part + heavier * part) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
  const earns = (p: readonly number[]) => p.reduce((sum, one, i) => sum + one * chance[i]!, 0);
  const served = law(1);
  const logOf = (seed: number): LoggedSlot[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 60 * 24 }, (_, n) => {
      const drawn = drawIndex(served, random);
      return {
        viewer: `v${n % 60}`, source: "puddle", composed_by: "node", propensity: served[drawn]!, terms: { puddle: content[drawn]! },
        welcomed: random() < chance[drawn]!, refused: false,
      };
    });
  };
  const estimates = Array.from({ length: 100 }, (_, seed) => estimatePolicies(logOf(seed)));

  it.each([["all that was served", law(1)], ["even", law(0)], ["flatter", law(0.5)], ["sharper", law(1.5)], ["more content", law(1, 0.05)]])(
    "“%s” lies within its interval about as often as that says",
    (policy, p) => {
      const held = estimates.map((all) => all.find((one) => one.policy === policy)!).filter(({ interval: { low, high } }) => low <= earns(p) && earns(p) <= high);
      // Of 100 intervals at 95 % fewer than 86 hold the truth once in ten thousand times.
      expect(held.length).toBeGreaterThanOrEqual(86);
    },
  );

  it("tell the policies apart in the order of what they earn, with the effective sample size falling as they go farther away", () => {
    const mean = (policy: string, of: "value" | "effectiveSampleSize") => estimates.reduce((sum, all) => sum + all.find((one) => one.policy === policy)![of], 0) / estimates.length;
    expect(mean("even", "value")).toBeLessThan(mean("flatter", "value"));
    expect(mean("flatter", "value")).toBeLessThan(mean("all that was served", "value"));
    expect(mean("all that was served", "value")).toBeLessThan(mean("sharper", "value"));
    expect(mean("even", "effectiveSampleSize")).toBeLessThan(mean("flatter", "effectiveSampleSize"));
    expect(mean("all that was served", "effectiveSampleSize")).toBeCloseTo(60 * 24, 6);
  });

  it("leave pages of the edge, whose propensities say nothing, out of what is reweighed", () => {
    const log = logOf(1);
    const withEdge = [...log, ...log.map((slot): LoggedSlot => ({ ...slot, composed_by: "edge", propensity: 1, welcomed: true }))];
    const of = (slots: readonly LoggedSlot[], policy: string) => estimatePolicies(slots).find((one) => one.policy === policy)?.value;
    expect(of(withEdge, "even")).toBe(of(log, "even"));
    expect(of(withEdge, "fallback of the edge")).toBe(1);
    expect(of(log, "fallback of the edge")).toBeUndefined();
  });
});

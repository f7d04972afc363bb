import fc from "fast-check";
import { dayMs } from "#shared/kernel/clock.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { encodeTaste } from "#shared/taste/codec.ts";
import { interactionKinds } from "#shared/taste/signal.ts";
import type { InteractionKind, TasteEvent } from "#shared/taste/signal.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import type { Taste } from "#shared/taste/taste.ts";

/** Test support: a small space of five styles with eight images each, `style-number` by name, and logs over it. */
export const testSpace: SpaceCalibration = { space: "test-1", dim: 24, distance: { mean: 1, sd: 0.2 } };
export const testStart = 1_800_000_000_000;

const vectors = new Map<string, Vector>();
const random = seededRandom(11);
for (let style = 0; style < 5; style++) {
  const centre = unit(Array.from({ length: testSpace.dim }, () => drawNormal(random)));
  for (let n = 0; n < 8; n++) vectors.set(`${style}-${n}`, unit(centre.map((x) => x + 0.14 * drawNormal(random))));
}

export function testVector(image_id: string): Vector | undefined {
  return vectors.get(image_id);
}

/** Events in log order, one second apart, from a short notation. */
export function testLog(...events: (Partial<TasteEvent> & { kind: InteractionKind })[]): TasteEvent[] {
  return events.map((event, i) => ({ viewer_seq: i + 1, event_id: `e${i + 1}`, at: testStart + i * 1_000, ...event }));
}

/** Any log: every kind, unknown images, repeats, clocks that jump by months or run back, controls with and without a target. */
export const anyLog: fc.Arbitrary<TasteEvent[]> = fc
  .array(
    fc.record({
      kind: fc.oneof({ weight: 6, arbitrary: fc.constantFrom<InteractionKind>("like", "love", "hide", "hate", "dwell") }, { weight: 1, arbitrary: fc.constant<InteractionKind>("recluster") }, { weight: 1, arbitrary: fc.constantFrom(...interactionKinds) }),
      style: fc.nat(5), number: fc.nat(7), value: fc.nat(30_000), target: fc.nat(40),
      gap: fc.oneof({ weight: 5, arbitrary: fc.nat(60_000) }, { weight: 1, arbitrary: fc.integer({ min: -3_600_000, max: 90 * dayMs }) }),
    }),
    { maxLength: 60, size: "max" },
  )
  .map((steps) => {
    let at = testStart;
    return steps.map(({ kind, style, number, value, target, gap }, i): TasteEvent => {
      at += gap;
      const event: TasteEvent = { viewer_seq: i + 1, event_id: `e${i + 1}`, kind, at };
      if (kind === "recluster") return event;
      if (kind === "less") return { ...event, image_id: `${style}-${number}`, ...(target % 3 === 0 ? {} : { target: target % 3 === 1 ? `puddle:p${target}` : "popularity" }) };
      if (kind === "undo") return { ...event, target: `e${target}` };
      if (kind === "forget_puddle") return { ...event, target: `p${target}` };
      if (kind === "forget_suppressed") return { ...event, target: `s${target}` };
      return { ...event, image_id: `${style}-${number}`, value };
    });
  });

/** A model in which parts act that take many events otherwise: puddles split, taste drifts and is re-clustered all the time. */
export const touchyConfig: TasteConfig = {
  ...tasteConfig,
  split: { spreadZ: -8, apartZ: -6, gapZ: 0, members: 2 },
  drift: { ...tasteConfig.drift, signals: 3, riseAlarm: 1, fallAlarm: 1, strayAlarm: 0.5, strayBy: -0.2, settled: 2 },
  recluster: { ...tasteConfig.recluster, fewest: 3, points: 12, joinZ: -3.5 },
};

/** All bits of a taste as text, so that two can be compared exactly. */
export function bits(taste: Taste): string {
  const { state, vectors: rows } = encodeTaste(taste);
  return `${JSON.stringify(state)} ${Buffer.from(rows).toString("hex")}`;
}

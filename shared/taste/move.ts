import { z } from "zod";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { coarse } from "./coarse.ts";
import { distanceAt } from "./calibration.ts";
import { medoid } from "./puddle.ts";
import { signalStrength } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import type { TasteModel } from "./taste-model.ts";
import { decayed, emptyTaste } from "./taste.ts";
import type { Puddle, PuddleMember, SuppressedRegion, Taste } from "./taste.ts";
import { puddleMean } from "./user-vector.ts";

/**
 * Moving a taste to another space. An entry `move` in the viewer's log says what a taste holds that no space has a part in: which
 * puddles there are and which images feed them, how much, since when. Where those images lie in the new space is read from their
 * vectors there. So no vector of one space meets one of another, puddles stay who they are, and taste remains a fold of the log.
 */

const number = z.number();
const Member = z.tuple([z.string(), number, number]);
const Pulse = z.object({ fast: number, slow: number, falling: number, rising: number, straying: number, hourCos: number, hourSin: number });
const MovedPuddle = z.object({ id: z.string(), weight: number, count: number, created_at: number, last_updated: number, pulse: Pulse, members: z.array(Member).min(1) });
const MovedRegion = z.object({ id: z.string(), image_id: z.string(), strength: number, last_updated: number });

const Move = z.object({
  space: z.string(),
  signals: number,
  updated_at: number,
  drift: z.object({ kind: z.enum(["moved", "switched"]), at: number, until: number, puddle_id: z.string() }).nullable(),
  puddles: z.array(MovedPuddle),
  suppressed: z.array(MovedRegion),
});
type Move = z.infer<typeof Move>;

/** The `target` of the entry that moves this taste, as it is now, to `space`. */
export function describeMove({ signals, updated_at, drift, puddles, suppressed }: Taste, space: string): string {
  return JSON.stringify({
    space, signals, updated_at, drift,
    puddles: puddles.map(({ id, weight, count, created_at, last_updated, pulse, recent }) => ({
      // Evidence of straying is made of distances, which mean something else over there.
      id, weight, count, created_at, last_updated, pulse: { ...pulse, straying: 0 },
      members: recent.map(({ image_id, at, strength }): z.infer<typeof Member> => [image_id, at, strength]),
    })),
    suppressed: suppressed.map(({ id, image_id, strength, last_updated }) => ({ id, image_id, strength, last_updated })),
  } satisfies Move);
}

/** What an entry moves to this space; undefined for every other entry, and for one that says nothing that can be read. */
function readMove({ kind, target }: TasteEvent, space: string): Move | undefined {
  if (kind !== "move" || target === undefined) return undefined;
  try {
    const move = Move.safeParse(JSON.parse(target));
    return move.success && move.data.space === space ? move.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a taste of this space begins anew with the entry, whatever came before it. */
export function movesTo(event: TasteEvent, space: string): boolean {
  return readMove(event, space) !== undefined;
}

/** Images whose vectors the entry asks for. */
export function imagesMoved(event: TasteEvent, space: string): string[] {
  const move = readMove(event, space);
  return move === undefined ? [] : [...move.puddles.flatMap(({ members }) => members.map(([id]) => id)), ...move.suppressed.map(({ image_id }) => image_id)];
}

/**
 * The taste that the entry moves to the model's space; the taste as it is where the entry leads elsewhere. `takenBack` are events before
 * the entry that were undone after it. A puddle none of whose images has a vector, and a suppressed region whose image has none, cannot be
 * placed and are left behind. The user vector starts from the mean of the puddles, to which it falls back anyway.
 */
export function moveTaste(taste: Taste, event: TasteEvent, takenBack: readonly TasteEvent[], model: TasteModel): Taste {
  const move = readMove(event, model.calibration.space);
  if (move === undefined) return taste;
  const left = takenBack.reduce((held, undone) => without(held, undone, model), move);
  const puddles = left.puddles.flatMap((puddle) => placePuddle(puddle, event.at, model));
  return {
    ...emptyTaste(taste.viewer_id, taste.space),
    signals: left.signals, updated_at: left.updated_at, drift: left.drift, puddles,
    suppressed: left.suppressed.flatMap((region) => placeRegion(region, model)),
    user_vector: puddles.length === 0 ? null : puddleMean(puddles, event.at, model.config),
  };
}

/** Around the mean of its members, each by what is left of its strength; their mean distance from there is its spread. */
function placePuddle({ members, ...puddle }: Move["puddles"][number], now: number, model: TasteModel): Puddle[] {
  const { vectorOf, config } = model;
  const recent = members.map(([image_id, at, strength]): PuddleMember => ({ image_id, at, strength }));
  const placed = recent.flatMap(({ image_id, at, strength }) => {
    const vector = vectorHere(image_id, model);
    return vector === undefined ? [] : [{ vector, weight: decayed(strength, now - at, config.puddleHalfLifeMs) }];
  });
  if (placed.length === 0) return [];
  const centroid = meanOf(placed);
  const total = placed.reduce((sum, { weight }) => sum + weight, 0);
  const spread = placed.reduce((sum, { vector, weight }) => sum + weight * Math.max(0, cosineDistance(centroid, vector)), 0) / total;
  return [{ ...puddle, centroid, spread, recent, medoid_image_id: medoid(centroid, recent, vectorOf)! }];
}

function meanOf(members: readonly { vector: Vector; weight: number }[]): Vector {
  if (members.length === 1) return members[0]!.vector;
  const sum = new Float64Array(members[0]!.vector.length);
  for (const { vector, weight } of members) for (let d = 0; d < sum.length; d++) sum[d]! += weight * vector[d]!;
  return unit(sum);
}

/** Around the image that made it, as on its first day. */
function placeRegion(region: Move["suppressed"][number], model: TasteModel): SuppressedRegion[] {
  const vector = vectorHere(region.image_id, model);
  return vector === undefined ? [] : [{ ...region, centroid: coarse(vector), spread: 0, radius: distanceAt(model.config.suppressionRadiusZ, model.calibration) }];
}

function vectorHere(image_id: string, { vectorOf, calibration: { space, dim } }: TasteModel): Vector | undefined {
  const vector = vectorOf(image_id);
  if (vector !== undefined && vector.length !== dim) throw new RangeError(`the vector of ${image_id} has ${vector.length} dimensions, the space ${space} has ${dim}`);
  return vector;
}

/** What was held less what one undone event had given it, as far as that is known: of a puddle, the members it still names. */
function without(move: Move, undone: TasteEvent, { config }: TasteModel): Move {
  const strength = signalStrength(undone);
  const { image_id, at, viewer_seq } = undone;
  if (strength === 0 || image_id === undefined) return move;
  const signals = Math.max(0, move.signals - 1);
  if (strength < 0) {
    const suppressed = move.suppressed
      .map((region) => (region.id === `s${viewer_seq}` ? { ...region, strength: region.strength + decayed(strength, region.last_updated - at, config.suppressionHalfLifeMs) } : region))
      .filter((region) => region.strength >= config.minSuppressionStrength);
    return { ...move, signals, suppressed };
  }
  const puddles = move.puddles
    .map((puddle) => {
      if (!puddle.members.some(([id]) => id === image_id)) return puddle;
      const weight = puddle.weight - decayed(strength, puddle.last_updated - at, config.puddleHalfLifeMs);
      return { ...puddle, weight, count: Math.max(1, puddle.count - 1), members: puddle.members.filter(([id, fedAt]) => id !== image_id || fedAt !== at) };
    })
    .filter(({ weight, members }) => weight >= config.dryWeight && members.length > 0);
  return { ...move, signals, puddles };
}

import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { coarseBytes } from "./coarse.ts";
import { emptyTaste } from "./taste.ts";
import type { Drift, Puddle, Pulse, SuppressedRegion, Taste } from "./taste.ts";

/** `members`: ids of the recent members' images, by `shortId`. */
type PuddleRow = [
  id: string, medoid_image_id: string, weight: number, spread: number, count: number,
  created_at: number, last_updated: number, members: string[],
];
type SuppressedRow = [id: string, image_id: string, spread: number, radius: number, strength: number, last_updated: number];

const version = 2;

/** The JSON part of a stored taste; rows instead of named fields, as it is written with every interaction. */
export interface TasteState {
  version: typeof version;
  viewer_id: string;
  space: string;
  dim: number;
  offset: number;
  signals: number;
  updated_at: number;
  drift: Drift | null;
  user_vector: boolean;
  puddles: PuddleRow[];
  suppressed: SuppressedRow[];
}

/**
 * `vectors`, little-endian: float32 rows of `dim` for the user vector if there is one and for the puddles; int8 rows of `dim` for the
 * suppressed regions; a puddle's pulse as seven float32; a member's time and strength as two float64.
 */
export interface EncodedTaste {
  state: TasteState;
  vectors: Uint8Array<ArrayBuffer>;
}

const pulseFields = ["fast", "slow", "falling", "rising", "straying", "hourCos", "hourSin"] as const satisfies readonly (keyof Pulse)[];

/** A taste as it is stored. Exact: `decodeTaste` gives every bit back. */
export function encodeTaste(taste: Taste): EncodedTaste {
  const { viewer_id, space, offset, signals, updated_at, drift, user_vector, puddles, suppressed } = taste;
  const dim = (user_vector ?? puddles[0]?.centroid ?? suppressed[0]?.centroid)?.length ?? 0;
  const state: TasteState = {
    version, viewer_id, space, dim, offset, signals, updated_at, drift,
    user_vector: user_vector !== null,
    puddles: puddles.map((p) => [
      p.id, shortId(p.medoid_image_id), p.weight, p.spread, p.count, p.created_at, p.last_updated, p.recent.map((m) => shortId(m.image_id)),
    ]),
    suppressed: suppressed.map((r) => [r.id, shortId(r.image_id), r.spread, r.radius, r.strength, r.last_updated]),
  };
  const bytes = new Uint8Array(byteLengthOf(state));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const float32 = (value: number) => view.setFloat32((at += 4) - 4, value, true);
  const float64 = (value: number) => view.setFloat64((at += 8) - 8, value, true);
  user_vector?.forEach(float32);
  for (const { centroid } of puddles) centroid.forEach(float32);
  for (const { centroid } of suppressed) coarseBytes(centroid).forEach((value) => view.setInt8(at++, value));
  for (const { pulse, recent } of puddles) {
    for (const field of pulseFields) float32(pulse[field]);
    for (const member of recent) [member.at, member.strength].forEach(float64);
  }
  return { state, vectors: bytes };
}

/** Throws when the two parts do not belong together, or the version is not known. */
export function decodeTaste({ state, vectors }: { state: TasteState; vectors: Uint8Array }): Taste {
  if (state.version !== version) throw new RangeError(`stored taste has version ${String(state.version)}; this build reads version ${String(version)}`);
  if (vectors.byteLength !== byteLengthOf(state))
    throw new RangeError(`stored taste has ${vectors.byteLength} bytes of vectors where ${byteLengthOf(state)} belong`);
  const { viewer_id, space, dim, offset, signals, updated_at, drift } = state;
  const view = new DataView(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  let at = 0;
  const float32 = () => view.getFloat32((at += 4) - 4, true);
  const float64 = () => view.getFloat64((at += 8) - 8, true);
  const row = (): Vector => {
    const values = new Float32Array(dim);
    for (let d = 0; d < dim; d++) values[d] = float32();
    return values;
  };
  const user_vector = state.user_vector ? row() : null;
  const centroids = state.puddles.map(row);
  const suppressed = state.suppressed.map(([id, image_id, spread, radius, strength, last_updated]): SuppressedRegion => ({
    id, image_id: longId(image_id), centroid: unit(Int8Array.from({ length: dim }, () => view.getInt8(at++))), spread, radius, strength, last_updated,
  }));
  const puddles = state.puddles.map(([id, medoid, weight, spread, count, created_at, last_updated, members], p): Puddle => ({
    id, centroid: centroids[p]!, medoid_image_id: longId(medoid), weight, spread, count, created_at, last_updated,
    pulse: Object.fromEntries(pulseFields.map((field) => [field, float32()])) as Record<(typeof pulseFields)[number], number>,
    recent: members.map((member) => ({ image_id: longId(member), at: float64(), strength: float64() })),
  }));
  return { ...emptyTaste(viewer_id, space), offset, signals, updated_at, drift, user_vector, puddles, suppressed };
}

function byteLengthOf({ dim, user_vector, puddles, suppressed }: TasteState): number {
  const members = puddles.reduce((sum, puddle) => sum + puddle[7].length, 0);
  return dim * (4 * ((user_vector ? 1 : 0) + puddles.length) + suppressed.length) + 4 * pulseFields.length * puddles.length + 16 * members;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID in the 22 digits of base64 that its 16 bytes take; any other id as it is, marked. */
function shortId(id: string): string {
  if (!uuid.test(id)) return `=${id}`;
  return base64Encode(Uint8Array.from(id.replaceAll("-", "").match(/../g)!, (byte) => Number.parseInt(byte, 16))).slice(0, 22);
}

function longId(id: string): string {
  if (id.startsWith("=")) return id.slice(1);
  const hex = Array.from(base64Decode(`${id}==`), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

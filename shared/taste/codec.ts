import { emptyTaste } from "./taste.ts";
import type { Puddle, PuddleMember, SuppressedRegion, Taste } from "./taste.ts";
import type { Vector } from "#shared/kernel/vector.ts";

type MemberRow = [image_id: string, at: number, strength: number];
type PuddleRow = [
  id: string, medoid_image_id: string, weight: number, spread: number, count: number,
  created_at: number, last_updated: number, recent: MemberRow[],
];
type SuppressedRow = [id: string, image_id: string, spread: number, radius: number, strength: number, last_updated: number];

/** The JSON part of a stored taste; rows instead of named fields, as it is written with every interaction. */
export interface TasteState {
  version: 1;
  viewer_id: string;
  space: string;
  dim: number;
  offset: number;
  signals: number;
  updated_at: number;
  user_vector: boolean;
  puddles: PuddleRow[];
  suppressed: SuppressedRow[];
}

/** `vectors`: float32 little-endian rows of `dim`: the user vector if there is one, then puddles, then suppressed regions. */
export interface EncodedTaste {
  state: TasteState;
  vectors: Uint8Array<ArrayBuffer>;
}

/** A taste as it is stored. Exact: `decodeTaste` gives every bit back. */
export function encodeTaste(taste: Taste): EncodedTaste {
  const rows = [...(taste.user_vector ? [taste.user_vector] : []), ...taste.puddles.map((p) => p.centroid), ...taste.suppressed.map((r) => r.centroid)];
  const dim = rows[0]?.length ?? 0;
  return {
    state: {
      version: 1,
      viewer_id: taste.viewer_id, space: taste.space, dim,
      offset: taste.offset, signals: taste.signals, updated_at: taste.updated_at,
      user_vector: taste.user_vector !== null,
      puddles: taste.puddles.map((p) => [
        p.id, p.medoid_image_id, p.weight, p.spread, p.count, p.created_at, p.last_updated,
        p.recent.map((m): MemberRow => [m.image_id, m.at, m.strength]),
      ]),
      suppressed: taste.suppressed.map((r) => [r.id, r.image_id, r.spread, r.radius, r.strength, r.last_updated]),
    },
    vectors: packRows(rows, dim),
  };
}

/** Throws when the two parts do not belong together, or the version is not known. */
export function decodeTaste({ state, vectors }: { state: TasteState; vectors: Uint8Array }): Taste {
  if (state.version !== 1) throw new RangeError(`stored taste has version ${String(state.version)}; this build reads version 1`);
  const count = (state.user_vector ? 1 : 0) + state.puddles.length + state.suppressed.length;
  if (vectors.byteLength !== count * state.dim * 4)
    throw new RangeError(`stored taste has ${vectors.byteLength} bytes of vectors where ${count} rows of ${state.dim} float32 belong`);
  const rows = unpackRows(vectors, count, state.dim);
  let next = 0;
  const user_vector = state.user_vector ? rows[next++]! : null;
  const puddles = state.puddles.map(([id, medoid_image_id, weight, spread, times, created_at, last_updated, recent]): Puddle => ({
    id, centroid: rows[next++]!, medoid_image_id, weight, spread, count: times, created_at, last_updated,
    recent: recent.map(([image_id, at, strength]): PuddleMember => ({ image_id, at, strength })),
  }));
  const suppressed = state.suppressed.map(([id, image_id, spread, radius, strength, last_updated]): SuppressedRegion => ({
    id, image_id, centroid: rows[next++]!, spread, radius, strength, last_updated,
  }));
  const { viewer_id, space, offset, signals, updated_at } = state;
  return { ...emptyTaste(viewer_id, space), offset, signals, updated_at, user_vector, puddles, suppressed };
}

function packRows(rows: readonly Vector[], dim: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(rows.length * dim * 4);
  const view = new DataView(bytes.buffer);
  rows.forEach((row, r) => row.forEach((value, i) => view.setFloat32((r * dim + i) * 4, value, true)));
  return bytes;
}

function unpackRows(bytes: Uint8Array, count: number, dim: number): Vector[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, r) => {
    const row = new Float32Array(dim);
    for (let i = 0; i < dim; i++) row[i] = view.getFloat32((r * dim + i) * 4, true);
    return row;
  });
}

import { open, readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { UnreadableFile } from "./rating-log.ts";

/** The images a log speaks of, and their vectors. */
export interface VectorCatalogue {
  ids: readonly string[];
  indexOf: ReadonlyMap<string, number>;
  dim: number;
  /** `[images × dim] float32`, unit rows, in memory that threads could share. */
  vectors: Float32Array<SharedArrayBuffer>;
}

const Ids = z.array(z.coerce.string().min(1)).min(1);
const readAtOnce = 64 * 1024 * 1024;

/** Reads `FILE.ids.json` (a list of ids) and `FILE.f32` (as many rows of little-endian float32); rows come out unit. */
export async function readVectors(file: string): Promise<VectorCatalogue> {
  const base = file.replace(/\.(f32|ids\.json)$/, "");
  const ids = await readIds(`${base}.ids.json`);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  if (indexOf.size < ids.length) {
    const twice = ids.find((id, index) => indexOf.get(id) !== index)!;
    throw new UnreadableFile(`${base}.ids.json names ${twice} twice; each image has one row.`);
  }
  const path = `${base}.f32`;
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) throw new UnreadableFile(`${path} is not there; it holds the vectors as raw float32 rows, in the order of ${base}.ids.json.`);
  const dim = size / 4 / ids.length;
  if (!Number.isInteger(dim) || dim === 0)
    throw new UnreadableFile(`${path} has ${size} bytes, which are not ${ids.length} rows of float32: does ${base}.ids.json belong to it?`);
  const vectors = await readFloats(path, size / 4);
  for (let row = 0; row < ids.length; row++) normalise(vectors.subarray(row * dim, (row + 1) * dim), () => `${path}: row ${row} (${ids[row]!})`);
  return { ids, indexOf, dim, vectors };
}

async function readIds(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new UnreadableFile(`${path} is not there; it names the image of each row as a JSON list.`);
  try {
    return Ids.parse(JSON.parse(text));
  } catch (error) {
    throw new UnreadableFile(`${path} is not a JSON list of image ids.`, { cause: error });
  }
}

async function readFloats(path: string, count: number): Promise<Float32Array<SharedArrayBuffer>> {
  const floats = new Float32Array(new SharedArrayBuffer(4 * count));
  const bytes = new Uint8Array(floats.buffer);
  const handle = await open(path);
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(readAtOnce, bytes.length - done));
      if (bytesRead === 0) throw new UnreadableFile(`${path} became shorter while it was read.`);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return floats;
}

function normalise(row: Float32Array, where: () => string): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (!(squares > 0) || !Number.isFinite(squares)) throw new UnreadableFile(`${where()} is ${squares === 0 ? "all zeros" : "not made of finite numbers"}; leave that image out of both files.`);
  const scale = 1 / Math.sqrt(squares);
  for (let d = 0; d < row.length; d++) row[d]! *= scale;
}

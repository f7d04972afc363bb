import { open, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { secondMs } from "#shared/kernel/clock.ts";
import { inWords } from "#shared/kernel/bytes.ts";
import { get, givenUp, Unreachable } from "./get.ts";
import { ModelUnavailable, systemCodeOf } from "./model-unavailable.ts";

export interface Download {
  url: string;
  headers: Record<string, string>;
  /** The unfinished file. What it holds already is kept and gone on from; it outlives every failure but a wrong length. */
  part: string;
  /** How long the whole is. */
  bytes: number;
  signal: AbortSignal;
  onBytes: (doneBytes: number) => void;
  patience: Patience | undefined;
}

export interface Patience {
  /** Waits before further tries; a try that brought something new begins them again. */
  waitsMs: readonly number[];
  /** Longest silence in the middle of an answer. */
  stallMs: number;
}

const usualPatience: Patience = { waitsMs: [500, 1_000, 2_000, 4_000], stallMs: 30 * secondMs };

/** Brings the rest of a file into its part. Its content is not judged here, only its length. */
export async function download(order: Download): Promise<void> {
  const { part, bytes, signal } = order;
  const { waitsMs } = order.patience ?? usualPatience;
  if ((await sizeOf(part)) > bytes) await rm(part);
  let had = await sizeOf(part);
  let fruitless = 0;
  order.onBytes(had);
  while (had < bytes) {
    try {
      await fetchRest(order, had);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unreachable)) throw error;
      const has = await sizeOf(part);
      fruitless = has > had ? 0 : fruitless + 1;
      if (fruitless > waitsMs.length) throw givenUp(error, has > 0 ? `; it goes on from ${inWords(has)}` : "");
      await sleep(waitsMs[Math.max(0, fruitless - 1)], undefined, { signal });
    }
    had = await sizeOf(part);
  }
}

async function fetchRest({ url, headers, part, bytes, signal, onBytes, patience = usualPatience }: Download, had: number): Promise<void> {
  const silence = new AbortController();
  const stall = setTimeout(() => silence.abort(), patience.stallMs);
  const file = await open(part, "a");
  try {
    const range: Record<string, string> = had > 0 ? { range: `bytes=${had}-` } : {};
    const response = await get(url, { ...headers, ...range }, AbortSignal.any([signal, silence.signal]));
    // A server that knows no ranges sends everything again; what is here already is passed over.
    let passOver = had - beginningOf(response);
    if (passOver < 0) throw new Unreachable(`${new URL(url).host} sends another range than was asked for: check HF_ENDPOINT`);
    let done = had;
    for await (const chunk of chunksOf(response)) {
      stall.refresh();
      const fresh = chunk.subarray(Math.min(passOver, chunk.length));
      passOver -= chunk.length - fresh.length;
      if (done + fresh.length > bytes) throw await tooLong(part, bytes);
      await file.writeFile(fresh);
      done += fresh.length;
      onBytes(done);
    }
    if (done < bytes) throw new Unreachable("the connection broke off: check the network");
  } catch (error) {
    throw systemCodeOf(error) === "ENOSPC" ? noSpace(part, bytes) : error;
  } finally {
    clearTimeout(stall);
    await file.close();
  }
}

/** Where in the file the answer begins. */
function beginningOf(response: Response): number {
  if (response.status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? Infinity);
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw new Unreachable("the connection broke off: check the network", { cause });
  }
}

async function tooLong(part: string, bytes: number): Promise<ModelUnavailable> {
  await rm(part, { force: true });
  return new ModelUnavailable("wrong_digest", `More than the ${bytes} bytes that were announced came for ${part}; they were thrown away. Check the source in the catalogue.`);
}

export function noSpace(path: string, bytes: number, freeBytes?: number): ModelUnavailable {
  const free = freeBytes === undefined ? "the disk is full" : `${inWords(freeBytes)} are free`;
  return new ModelUnavailable("no_space", `${path} takes ${inWords(bytes)} and ${free}; make room or set MODELS_DIR to a larger disk, then pull again.`);
}

/** 0 where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

import { execFile } from "node:child_process";
import { totalmem } from "node:os";
import { promisify } from "node:util";
import { z } from "zod";
import type { MemoryTier } from "#shared/contract/node.ts";

/** Where models run, and how much memory is there for them. */
export interface Device {
  kind: "gpu" | "cpu";
  name: string;
  /** Nobody holds it at this moment. */
  freeBytes: number;
}

/** What each tier needs of free memory on the GPU. */
const tiers: readonly [tier: MemoryTier, leastBytes: number][] = [
  ["premium", 7.5e9],
  ["balanced", 6e9],
  ["efficient", 4e9],
];

/** Left to the driver and to what loading takes for a moment. */
const gpuSpareBytes = 500e6;

/** What `nvidia-smi` prints, in MiB; only the first GPU is used. */
const SmiLine = z.tuple([z.string().min(1), z.coerce.number().int().nonnegative()]);

export function tierOf({ kind, freeBytes }: Pick<Device, "kind" | "freeBytes">): MemoryTier {
  if (kind === "cpu") return "cpu";
  return tiers.find(([, leastBytes]) => freeBytes >= leastBytes)?.[0] ?? "cpu";
}

/**
 * The bytes that models may take in all: on a GPU what is free and what they hold already, less a spare; on the processor
 * half of the machine's memory, the other half being the node's, Postgres' and the system's. The operator's bound is kept.
 */
export function capacityOf({ kind, freeBytes }: Device, heldBytes: number, boundBytes = Infinity): number {
  const bytes = kind === "gpu" ? Math.max(0, freeBytes + heldBytes - gpuSpareBytes) : freeBytes / 2;
  return Math.floor(Math.min(bytes, boundBytes));
}

const run = promisify(execFile);

/** The GPU's own account, as lines of `name, free MiB`; rejects where there is none. */
const askSmi = async (): Promise<string> => (await run("nvidia-smi", ["--query-gpu=name,memory.free", "--format=csv,noheader,nounits"], { timeout: 5_000 })).stdout;

/** The GPU, where there is one with room enough for the smallest tier; else the processor. */
export async function findDevice(ask: () => Promise<string> = askSmi): Promise<Device> {
  const gpu = await readGpu(ask);
  return gpu !== undefined && tierOf(gpu) !== "cpu" ? gpu : { kind: "cpu", name: "processor", freeBytes: machineBytes() };
}

/** Undefined where there is no GPU, or it does not tell. */
export async function readGpu(ask: () => Promise<string> = askSmi): Promise<Device | undefined> {
  const text = await ask().catch(() => "");
  const parsed = SmiLine.safeParse(text.split("\n", 1)[0]!.split(",").map((field) => field.trim()));
  return parsed.success ? { kind: "gpu", name: parsed.data[0], freeBytes: parsed.data[1] * 1024 * 1024 } : undefined;
}

/** What the machine, or the container around this process, has at all. */
function machineBytes(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem();
}

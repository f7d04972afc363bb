import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { listDescendants } from "#local/stack/orphans.ts";

export interface ProcessUse {
  pid: number;
  name: string;
}

/** A clock tick of /proc on Linux: 10 ms. */
const tickMs = 10;

export function loadAverage(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}

/** Milliseconds of processor time a process has used, system calls included; 0 for one that is gone. */
export function cpuMs(pid: number): number {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

/** Resident memory and its highest mark so far, megabytes. */
export function residentMb(pid: number): { now: number; peak: number } {
  const status = read(`/proc/${pid}/status`);
  const of = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
  return { now: of("VmRSS"), peak: of("VmHWM") };
}

/** This process and everything below it, by the name of its program. */
export async function processesBelow(pid: number): Promise<ProcessUse[]> {
  const below = await listDescendants(pid);
  return below.map((one) => ({ pid: one.pid, name: read(`/proc/${one.pid}/comm`).trim() }));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

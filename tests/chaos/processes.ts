import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

/** One process for good: a pid is given out again, a pid with a start time is not. */
export interface Process {
  pid: number;
  parent: number;
  startTicks: string;
  command: string;
}

/** Every process that runs, as Linux lists them; what has ended and waits to be collected is not among them. */
async function runningProcesses(): Promise<Process[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    names.map(async (name): Promise<Process | undefined> => {
      const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const [state, parent, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || state === "X") return undefined;
      const command = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
      return { pid: Number(name), parent: Number(parent), startTicks: rest[17]!, command };
    }),
  );
  return all.filter((one) => one !== undefined);
}

/** The process and all below it. */
export async function treeOf(root: number): Promise<Process[]> {
  const running = await runningProcesses();
  const found = running.filter(({ pid }) => pid === root);
  for (let from = 0; from < found.length; from++) found.push(...running.filter(({ parent }) => parent === found[from]!.pid));
  return found;
}

/** Ends the process and all below it at one instant: they are stopped first, so that none can see another go. */
export async function killAll(root: number): Promise<Process[]> {
  const stopped = new Map<number, Process>();
  for (let grew = true; grew; ) {
    const fresh = (await treeOf(root)).filter(({ pid }) => !stopped.has(pid));
    grew = fresh.length > 0;
    for (const one of fresh) {
      stopped.set(one.pid, one);
      signal(one.pid, "SIGSTOP");
    }
  }
  for (const pid of stopped.keys()) signal(pid, "SIGKILL");
  return [...stopped.values()];
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Waits for all of them to end; on a failure the message says which are left. */
export async function expectGone(processes: readonly Process[], withinMs = 30_000): Promise<void> {
  const known = new Set(processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
  const left = async () => (await runningProcesses()).filter(({ pid, startTicks }) => known.has(`${pid} ${startTicks}`));
  await expect.poll(async () => (await left()).map(({ pid, command }) => `${command} (${pid})`), { timeout: withinMs, interval: 50 }).toEqual([]);
}

/** Looks until `look` finds something; a busy machine is given its time. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, withinMs = 120_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${withinMs / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./whole-file.ts";

/** What a running stack leaves in its data folder for other commands to find it by. */
export interface RunningStack {
  url: string;
  pid: number;
}

const file = (dataDir: string): string => join(dataDir, "running.json");

export async function announceRunning(dataDir: string, url: string): Promise<void> {
  await writeWhole(file(dataDir), JSON.stringify({ url, pid: process.pid } satisfies RunningStack));
}

export async function withdrawRunning(dataDir: string): Promise<void> {
  await rm(file(dataDir), { force: true });
}

/** Where the stack of this data folder answers, when one is running; what a killed one left behind counts for nothing. */
export async function findRunningStack(dataDir: string): Promise<RunningStack | undefined> {
  const text = await readFile(file(dataDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningStack;
  if (!isAlive(running.pid)) return undefined;
  const answers = await fetch(new URL("/healthz", running.url), { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answers?.body?.cancel();
  return answers?.ok === true ? running : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

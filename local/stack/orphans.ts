import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./whole-file.ts";

export interface KnownProcess {
  pid: number;
  /** When it started, in clock ticks since boot: together with the pid, this names one process for good. */
  startTicks: string;
}

/** All processes below one, as Linux lists them; elsewhere none are found and nothing is killed. */
export async function listDescendants(pid: number): Promise<KnownProcess[]> {
  const all = await Promise.all((await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map((name) => stat(Number(name))));
  const known = all.filter((one) => one !== undefined);
  const found: KnownProcess[] = [];
  const parents = new Set([pid]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const one of known) {
      if (parents.has(one.pid) || !parents.has(one.parent)) continue;
      parents.add(one.pid);
      found.push({ pid: one.pid, startTicks: one.startTicks });
      grew = true;
    }
  }
  return found;
}

const listFile = (dataDir: string): string => join(dataDir, "processes.json");

/** Notes what runs below this process, for a later start to find. Call while holding the data folder. */
export async function noteProcesses(dataDir: string): Promise<void> {
  await writeWhole(listFile(dataDir), JSON.stringify(await listDescendants(process.pid)));
}

export async function forgetProcesses(dataDir: string): Promise<void> {
  await rm(listFile(dataDir), { force: true });
}

/**
 * Ends what an earlier stack of this data folder left behind when it was killed without a chance to tidy up. Call while
 * holding the folder: then whoever is still there is nobody's.
 */
export async function killOrphans(dataDir: string): Promise<void> {
  const text = await readFile(listFile(dataDir), "utf8").catch(() => "[]");
  for (const { pid, startTicks } of JSON.parse(text) as KnownProcess[]) {
    if ((await stat(pid))?.startTicks === startTicks) process.kill(pid, "SIGKILL");
  }
  await forgetProcesses(dataDir);
}

async function stat(pid: number): Promise<(KnownProcess & { parent: number }) | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid, parent: Number(fields[1]), startTicks: fields[19] ?? "" };
}

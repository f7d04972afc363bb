import { processesBelow, residentMb } from "./machine.ts";
import type { Row } from "./report.ts";
import type { World } from "./world.ts";

/** Resident memory of every process of the stack after all that was measured, with its highest mark. */
export async function measureMemory({ stack }: World): Promise<Row[]> {
  const known = new Map(stack.processes().map(({ name, pid }) => [pid, name === "redis" ? "redis gateway" : name]));
  const below = await processesBelow(process.pid);
  const named = below
    .map(({ pid, name }) => ({ pid, name: known.get(pid) ?? name }))
    .filter(({ pid, name }) => known.has(pid) || name === "workerd" || name === "redis-server");
  const rows = [...named, { pid: process.pid, name: "supervisor" }].map(({ pid, name }): Row => {
    const { now, peak } = residentMb(pid);
    return {
      what: `memory: ${name}`,
      figures: { now_mb: now, peak_mb: peak },
      ...(name === "supervisor" ? { note: "this program, with the bench and its load generator in it" } : {}),
    };
  });
  return rows.sort((a, b) => a.what.localeCompare(b.what));
}

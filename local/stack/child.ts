import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Guard } from "./guard.ts";
import { StartFailed } from "./start-failed.ts";

/** What every process of the stack tells its parent first. */
export type Report = { type: "ready"; port: number } | { type: "failed"; code: string; message: string };

export interface ChildParts {
  name: string;
  /** TypeScript entry, relative to the repository's root. */
  entry: string;
  /** The environment for a given port; the port it had when it is started again. */
  env: (port: number) => Record<string, string>;
  /** 0, or nothing, takes a free one. */
  port?: number;
  logFile: string;
  guard: Guard;
  /** How long a child that died stays away. */
  restartDelayMs?: number;
  /** Hears of every start after the first. */
  onRestart?: (name: string) => void;
}

export interface Child {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const startPatienceMs = 60_000;
const closePatienceMs = 8_000;
const retryDelayMs = 1_000;

/**
 * Starts one process of the stack and keeps it alive: when it dies unasked it is started again on the same port.
 * It leads a process group of its own, so that Ctrl-C reaches the supervisor alone and things stop in order, and so that
 * whatever it started itself can be ended with it; the guard ends it when the supervisor is gone.
 */
export async function startChild(parts: ChildParts): Promise<Child> {
  const { name, restartDelayMs = 100 } = parts;
  const closing = new AbortController();
  let latest: ChildProcess | undefined;
  let reviving: Promise<void> | undefined;
  const launchOn = (port: number) => launch(parts, port, (process) => (latest = process));

  const keepAlive = (process: ChildProcess): void => {
    if (hasEnded(process)) reviving = revive();
    else process.once("exit", () => void (reviving = revive()));
  };
  const revive = async (): Promise<void> => {
    for (let wait = restartDelayMs; ; wait = retryDelayMs) {
      await pause(wait, closing.signal);
      if (closing.signal.aborted) return;
      try {
        const { process } = await launchOn(port);
        parts.onRestart?.(name);
        return keepAlive(process);
      } catch {
        // Tried again for as long as the stack runs: its log says why.
      }
    }
  };
  const first = await launchOn(parts.port ?? 0);
  const { port } = first;
  keepAlive(first.process);

  return {
    name,
    port,
    get pid() {
      return latest!.pid!;
    },
    async close() {
      closing.abort();
      await endGently(latest!);
      await reviving;
    },
  };
}

async function endGently(process: ChildProcess): Promise<void> {
  if (process.pid === undefined || hasEnded(process)) return;
  const gone = new Promise<void>((done) => process.once("exit", () => done()));
  process.kill("SIGTERM");
  const impatience = setTimeout(() => process.kill("SIGKILL"), closePatienceMs);
  await gone;
  clearTimeout(impatience);
}

interface Launched {
  process: ChildProcess;
  port: number;
}

/** Threads that help a process collect its garbage: while it does, the other processes of the stack need a core too. */
const collectors = Math.max(1, Math.floor(availableParallelism() / 2));

async function launch({ name, entry, env, logFile, guard }: ChildParts, port: number, spawned: (process: ChildProcess) => void): Promise<Launched> {
  const output = createWriteStream(logFile, { flags: "a" });
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", `--v8-pool-size=${collectors}`, entry], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TMPDIR: process.env["TMPDIR"] ?? "/tmp", ...env(port) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  spawned(child);
  const { pid } = child;
  if (pid !== undefined) guard.watch(pid);
  child.stdout!.pipe(output, { end: false });
  child.stderr!.pipe(output, { end: false });
  child.once("exit", () => {
    output.end();
    endGroup(pid!);
    guard.release(pid!);
  });
  return new Promise((resolve, reject) => {
    const settle = (report: Report) => {
      clearTimeout(impatience);
      child.removeListener("exit", onExit);
      if (report.type === "ready") return resolve({ process: child, port: report.port });
      child.kill("SIGKILL");
      reject(new StartFailed(report.code, `${name}: ${report.message}`));
    };
    const fail = (code: string, message: string) => settle({ type: "failed", code, message });
    const impatience = setTimeout(() => fail("timeout", `did not start within ${startPatienceMs / 1000} s; see ${logFile}`), startPatienceMs);
    const onExit = (code: number | null) => fail("exited", `stopped while starting (exit code ${code}); see ${logFile}`);
    child.once("error", (error) => fail("spawn", error.message));
    child.once("exit", onExit);
    child.once("message", settle);
  });
}

function hasEnded(process: ChildProcess): boolean {
  return process.exitCode !== null || process.signalCode !== null;
}

/** What the child had started and left behind when it ended; the group's id is not given to others while one is left. */
function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    }, { once: true });
  });
}

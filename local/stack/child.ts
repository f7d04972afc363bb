import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

/** What every process of the stack tells its parent first. */
type Report = { type: "ready"; port: number } | { type: "failed"; code: string; message: string };

/** A process of the stack could not start; the message is for the person who started it. */
export class StartFailed extends Error {
  readonly code: string;

  constructor(name: string, code: string, message: string) {
    super(`${name}: ${message}`);
    this.name = "StartFailed";
    this.code = code;
  }
}

export interface ChildParts {
  name: string;
  /** TypeScript entry, relative to the repository's root. */
  entry: string;
  /** The environment for a given port; 0 the first time, the port it had when it is started again. */
  env: (port: number) => Record<string, string>;
  port?: number;
  logFile: string;
  /** Hears of every start after the first, and of giving up. */
  onRestart?: (name: string) => void;
}

export interface Child {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const startPatienceMs = 30_000;
const closePatienceMs = 8_000;
const restartDelayMs = 100;

/**
 * Starts one process of the stack and keeps it alive: when it dies unasked it is started again on the same port.
 * It runs in a process group of its own, so that Ctrl-C reaches the supervisor alone and things stop in order; it ends by
 * itself when the supervisor is gone.
 */
export async function startChild(parts: ChildParts): Promise<Child> {
  let port = parts.port ?? 0;
  let closing = false;
  let current = await launch(parts, port);
  port = current.port;

  const keepAlive = (process: ChildProcess) =>
    process.once("exit", () => {
      if (!closing) setTimeout(() => void revive(), restartDelayMs);
    });
  const revive = async (): Promise<void> => {
    if (closing) return;
    try {
      current = await launch(parts, port);
      parts.onRestart?.(parts.name);
      if (closing) current.process.kill("SIGTERM");
      else keepAlive(current.process);
    } catch {
      setTimeout(() => void revive(), 10 * restartDelayMs);
    }
  };
  keepAlive(current.process);

  return {
    port,
    get pid() {
      return current.process.pid!;
    },
    async close() {
      closing = true;
      const { process } = current;
      if (process.exitCode !== null || process.signalCode !== null) return;
      const gone = new Promise<void>((done) => process.once("exit", () => done()));
      process.kill("SIGTERM");
      const impatience = setTimeout(() => process.kill("SIGKILL"), closePatienceMs);
      await gone;
      clearTimeout(impatience);
    },
  };
}

async function launch(parts: ChildParts, port: number): Promise<{ process: ChildProcess; port: number }> {
  const output = createWriteStream(parts.logFile, { flags: "a" });
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", parts.entry], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TMPDIR: process.env["TMPDIR"] ?? "/tmp", ...parts.env(port) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  child.stdout!.pipe(output, { end: false });
  child.stderr!.pipe(output, { end: false });
  child.once("exit", () => output.end());
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string) => {
      child.kill("SIGKILL");
      reject(new StartFailed(parts.name, code, message));
    };
    const impatience = setTimeout(() => fail("timeout", `did not start within ${startPatienceMs / 1000} s; see ${parts.logFile}`), startPatienceMs);
    child.once("error", (error) => fail("spawn", error.message));
    child.once("exit", (code) => {
      clearTimeout(impatience);
      fail("exited", `stopped while starting (exit code ${code}); see ${parts.logFile}`);
    });
    child.once("message", (report: Report) => {
      clearTimeout(impatience);
      child.removeAllListeners("exit");
      child.once("exit", () => output.end());
      if (report.type === "ready") resolve({ process: child, port: report.port });
      else fail(report.code, report.message);
    });
  });
}

import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { killAll, treeOf, until, type Process } from "./processes.ts";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** A command of the project as a user runs it, in a process group of its own as a terminal gives each command one. */
export class Command implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(entry: string, args: readonly string[]) {
    const { MIRAVEJA_DATA: _elsewhere, ...env } = process.env;
    this.#process = spawn(process.execPath, ["local/bootstrap.mjs", entry, ...args], {
      cwd: repository, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"], detached: true,
    });
    this.#process.stdout!.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#process.stderr!.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((done) => this.#process.once("close", (code) => done(code)));
  }

  /** Of the outermost process; what does the work is below it. */
  get pid(): number {
    return this.#process.pid!;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Waits until standard output shows it; fails when the command ends without. */
  async says(pattern: RegExp, withinMs = 240_000): Promise<RegExpExecArray> {
    return until(`${String(pattern)} in ${this.stdout}${this.stderr}`, () => {
      const found = pattern.exec(this.stdout);
      if (found === null && this.hasEnded) throw new Error(`it ended without ${String(pattern)}: ${this.stdout}${this.stderr}`);
      return found ?? undefined;
    }, withinMs);
  }

  /** Ctrl-C, as a terminal sends it: to every process of the foreground group. */
  interrupt(): void {
    process.kill(-this.pid, "SIGINT");
  }

  processes(): Promise<Process[]> {
    return treeOf(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) await killAll(this.pid);
  }
}

export const start = (dataDir: string, ...more: string[]): Command => new Command("local/start.ts", ["--data", dataDir, ...more]);
export const ingest = (folder: string, dataDir: string, ...more: string[]): Command => new Command("local/ingest.ts", [folder, "--data", dataDir, ...more]);

/** The address in the line that says that the stack is ready. */
export async function readyUrl(command: Command): Promise<string> {
  return (await command.says(/MiraVeja is at (http:\/\/127\.0\.0\.1:\d+)/))[1]!;
}

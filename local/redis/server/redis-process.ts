import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arities } from "../command-names.ts";

/** Whether a `redis-server` can be run here. */
export function findRedisServer(): boolean {
  return process.platform !== "win32" && spawnSync("redis-server", ["--version"], { stdio: "ignore", timeout: 5_000 }).status === 0;
}

/**
 * The shell that keeps redis-server's life tied to ours. It waits on its standard input, a pipe whose other end is
 * this process; when this process ends in whatever way, `kill -9` included, the kernel closes the pipe, the shell
 * wakes, ends redis-server and removes its folder. Its own output is closed, so that the pipe from redis-server ends
 * when redis-server does.
 */
const lifeline = `
redis-server "$1/redis.conf" & server=$!
exec >/dev/null 2>&1
read -r _
kill -9 "$server"
wait "$server"
rm -rf "$1"
`;

export interface RedisProcess {
  readonly socketPath: string;
  /** Resolves when redis-server has ended, with the last it wrote. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts redis-server on a unix socket in a folder that only this user can open. */
export function startRedisProcess(maxMemoryMb: number): RedisProcess {
  const folder = mkdtempSync(join(tmpdir(), "miraveja-redis-"));
  const socketPath = join(folder, "redis.sock");
  writeFileSync(join(folder, "redis.conf"), configuration(socketPath, folder, maxMemoryMb), { mode: 0o600 });
  // Its own process group: Ctrl-C in the terminal reaches the owner, which then decides.
  const child = spawn("/bin/sh", ["-c", lifeline, "redis-lifeline", folder], { stdio: ["pipe", "pipe", "ignore"], detached: true });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  child.stdin.on("error", () => undefined);
  return {
    socketPath,
    ended: outputUntilEnd(child),
    stop: async () => {
      child.stdin.end();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Nothing is written to disk: Redis here holds only caches, limits and nonces. */
function configuration(socketPath: string, folder: string, maxMemoryMb: number): string {
  const allowed = [...Object.keys(arities), "multi", "exec", "discard"].map((name) => `+${name}`).join(" ");
  return [
    "port 0",
    `unixsocket "${socketPath}"`,
    "unixsocketperm 600",
    `dir "${folder}"`,
    "daemonize no",
    'save ""',
    "appendonly no",
    `maxmemory ${maxMemoryMb}mb`,
    "maxmemory-policy allkeys-lru",
    "loglevel warning",
    // Scripts, too, may call only what the gateway passes on.
    `user default on nopass ~* &* -@all ${allowed}`,
    "",
  ].join("\n");
}

async function outputUntilEnd(child: ChildProcess): Promise<string> {
  let last = "";
  child.stdout?.on("data", (chunk: Buffer) => (last = (last + chunk.toString()).slice(-2_000)));
  await new Promise<void>((resolve) => {
    child.stdout?.once("close", resolve);
    child.once("error", () => resolve());
  });
  return last.trim();
}

// Runs a TypeScript entry under the project's own Node 24, after installing what is missing. Plain JavaScript without
// dependencies, because it must run on a bare clone under whatever Node the machine has.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const stamp = join(root, "node_modules", ".installed-lockfile");
const lockfile = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");

if (!existsSync(node) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== lockfile) install();

const [entry, ...rest] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, entry), ...rest], {
  // The channel tells the child when this process is gone, however it went.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ""}`, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_LOG: "none", WRANGLER_WRITE_LOGS: "false" },
});
// Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
process.on("SIGINT", () => {});
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

function install() {
  process.stderr.write("Installing what the lockfile names; this happens once.\n");
  // onnxruntime-node would fetch CUDA's libraries from elsewhere than the npm registry.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
  if (npm.status !== 0) {
    process.stderr.write("npm ci failed; see the lines above. The npm registry must be reachable for the first start.\n");
    process.exit(1);
  }
  writeFileSync(stamp, lockfile);
}

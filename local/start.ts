import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { dataDirOf, defaultDataDir } from "./data-dir.ts";
import { fillGallery } from "./fill-gallery.ts";
import { bold, dim, green, say, sayWrong } from "./say.ts";
import { requireFreePort } from "./stack/free-port.ts";
import { findRunningStack, startStack, type Stack } from "./stack/stack.ts";

const help = `MiraVeja on one machine: the edge, the GPU node, Postgres, Redis and R2, nothing else needed.

  npm start                          starts it; the first time it draws its gallery
  npm start -- --port 9000           serves elsewhere than 8787
  npm start -- --data DIR            keeps its data elsewhere than ${defaultDataDir}
  npm start -- --reset               forgets everything first
  npm start -- --empty               starts without drawing the gallery

Ctrl-C stops it; everything kept is there at the next start.`;

const began = performance.now();
let stack: Stack | undefined;
const stopping = new AbortController();

function options() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        data: { type: "string" },
        reset: { type: "boolean", default: false },
        empty: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}; see npm start -- --help`);
  }
}

function fail(line: string): never {
  sayWrong(line);
  process.exit(1);
}

async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  if (stack === undefined) process.exit(130);
  say(dim("\nStopping …"));
  await stack.close();
  say(dim("Stopped; everything is kept."));
  process.exit(0);
}

async function reset(dataDir: string): Promise<void> {
  const running = await findRunningStack(dataDir);
  if (running !== undefined) fail(`A stack is running on ${dataDir} (${running.url}); stop it before --reset.`);
  if (existsSync(dataDir) && !existsSync(join(dataDir, "secrets.json"))) fail(`${dataDir} does not look like a MiraVeja data folder; --reset leaves it alone.`);
  await rm(dataDir, { recursive: true, force: true });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

const { port: portText, data, reset: wantsReset, empty, help: wantsHelp } = options();
if (wantsHelp) {
  say(help);
  process.exit(0);
}
const port = Number(portText);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${portText}: give a number from 0 to 65535.`);
const dataDir = dataDirOf(data);

try {
  await requireFreePort(port);
  if (wantsReset) await reset(dataDir);
  if (await buildWeb()) say(dim("Built the page."));
  stack = await startStack({ dataDir, port, onRestart: (name) => say(dim(`${name} had stopped and was started again.`)) });
  const filled = join(dataDir, "gallery-filled");
  if (!empty && !existsSync(filled)) {
    say(`Serving at ${bold(stack.url)} already; drawing the gallery for the first time.`);
    const count = await fillGallery({ url: stack.url, token: await stack.token(["operator"]) }, stopping.signal);
    await writeFile(filled, `${count}\n`);
  }
  say(`${green("●")} MiraVeja is at ${bold(stack.url)}  ${dim(`ready in ${((performance.now() - began) / 1000).toFixed(1)} s · data in ${dataDir} · Ctrl-C stops it`)}`);
} catch (error) {
  if (!stopping.signal.aborted) {
    await stack?.close();
    fail(error instanceof Error ? error.message : String(error));
  }
}

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { dataDirOf, defaultDataDir } from "./data-dir.ts";
import { fillGallery } from "./fill-gallery.ts";
import { scoreGallery } from "./score-gallery.ts";
import { bold, dim, green, say, sayWrong } from "./say.ts";
import { requireFreePort } from "./stack/free-port.ts";
import { resetDataDir } from "./stack/reset.ts";
import { startStack, type Stack } from "./stack/stack.ts";

const help = `MiraVeja on one machine: the edge, the GPU node, Postgres, Redis and R2, nothing else needed.

  npm start                          starts it; the first time it draws its gallery
  npm start -- --port 9000           serves elsewhere than 8787
  npm start -- --data DIR            keeps its data elsewhere than ${defaultDataDir}
  npm start -- --reset               forgets everything first
  npm start -- --empty               starts without drawing the gallery

Ctrl-C stops it; everything kept is there at the next start.`;

const began = performance.now();
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

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) fail(`--port ${text}: give a number from 0 to 65535.`);
  return Number(text);
}

/** Everything from nothing to a filled gallery; undefined where that was broken off before the stack stood. */
async function serve(port: number, dataDir: string, { reset, empty }: { reset: boolean; empty: boolean }): Promise<Stack | undefined> {
  let stack: Stack | undefined;
  try {
    if (reset) {
      // What is wrong shows before anything is forgotten.
      await requireFreePort(port);
      await resetDataDir(dataDir);
    }
    if (await buildWeb()) say(dim("Built the page."));
    stack = await startStack({ dataDir, port, signal: stopping.signal, onRestart: (name) => say(dim(`${name} had stopped and was started again.`)) });
    const filled = join(dataDir, "gallery-filled");
    if (!empty && !existsSync(filled)) {
      say(`Serving at ${bold(stack.url)} already; drawing the gallery for the first time.`);
      await fillGallery({ url: stack.url, token: await stack.token(["operator"]) }, join(dataDir, "gallery-stored"), stopping.signal);
      await writeFile(filled, "");
    }
    say(`${green("●")} MiraVeja is at ${bold(stack.url)}  ${dim(`ready in ${((performance.now() - began) / 1000).toFixed(1)} s · data in ${dataDir} · Ctrl-C stops it`)}`);
    // Nobody waits for it; only a data folder of an older release has any such.
    void scoreGallery({ url: stack.url, token: await stack.token(["operator"]) }, stopping.signal).then(
      (scored) => scored > 0 && say(dim(`Scored ${scored} images for safety that were stored before there was a score.`)),
      (error: unknown) => stopping.signal.aborted || say(dim((error as Error).message)),
    );
    return stack;
  } catch (error) {
    if (stopping.signal.aborted) return stack;
    await stack?.close();
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { port: portText, data, reset, empty, help: wantsHelp } = options();
if (wantsHelp) {
  say(help);
  process.exit(0);
}
const serving = serve(portOf(portText), dataDirOf(data), { reset, empty });

/** In order at the first asking; a second Ctrl-C does not wait, and the guard ends what is left. */
async function stop(event: string): Promise<void> {
  if (stopping.signal.aborted) {
    if (event === "SIGINT") process.exit(130);
    return;
  }
  stopping.abort(new Error("stopped"));
  say(dim("\nStopping …"));
  await (await serving)?.close();
  say(dim("Stopped; everything is kept."));
  process.exit(0);
}
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) process.on(event, () => void stop(event));
// The terminal may be gone by then; that is no reason to stop in disorder.
process.stdout.on("error", () => undefined);

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { imageIdOf } from "#shared/kernel/image-id.ts";
import { buildWeb } from "./build-web.ts";
import { dataDirOf } from "./data-dir.ts";
import { dim, green, progress, say, sayWrong } from "./say.ts";
import { findRunningStack, startStack, tokenFor } from "./stack/stack.ts";
import { imagesIn, mediaTypeOf, type FolderImage } from "./upload/image-folder.ts";
import { inParallel, isThere, uploadImage, type UploadTarget } from "./upload/upload-image.ts";

const help = `Loads a folder of images into MiraVeja.

  npm run ingest -- DIR                 every JPEG, PNG, WebP, GIF and AVIF below DIR
  npm run ingest -- DIR --data DATA     into the stack that keeps its data in DATA
  npm run ingest -- DIR --url URL --token TOKEN
                                        into a deployment, with an operator's token

A labels.json in DIR, a list of {file, style, caption, tags, mood, creator}, labels the images; without one, tags come
from the names of files and folders. Started again it goes on where it was; what is stored already is skipped. It uses the
running stack, or starts one for as long as it takes.`;

/** Uploads under way at once: enough to keep two cores busy, few enough to stay polite. */
const width = 6;

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
    say(dim("\nFinishing what is under way; start again to go on …"));
  });
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { data: { type: "string" }, url: { type: "string" }, token: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
    });
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}; see npm run ingest -- --help`);
  }
}

function fail(line: string): never {
  sayWrong(line);
  process.exit(1);
}

/** Where the images go, and how to leave it as it was found. */
async function target(values: { data?: string; url?: string; token?: string }): Promise<UploadTarget & { close(): Promise<void> }> {
  const dataDir = dataDirOf(values.data);
  if (values.url !== undefined) {
    if (values.token === undefined) fail("--url needs --token, an operator's.");
    return { url: values.url, token: values.token, close: () => Promise.resolve() };
  }
  const running = await findRunningStack(dataDir);
  if (running !== undefined) return { url: running.url, token: await tokenFor(dataDir, ["operator"]), close: () => Promise.resolve() };
  say(dim("No stack is running on this data folder; starting one for the time being."));
  await buildWeb();
  const stack = await startStack({ dataDir, port: 0 });
  return { url: stack.url, token: await stack.token(["operator"]), close: () => stack.close() };
}

async function main(): Promise<number> {
  const { values, positionals } = options();
  if (values.help) {
    say(help);
    return 0;
  }
  const folder = positionals[0] === undefined ? fail("Name the folder to load: npm run ingest -- DIR") : resolve(positionals[0]);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) fail(`${folder} is not a folder.`);
  const images = await imagesIn(folder);
  if (images.length === 0) fail(`${folder} holds no JPEG, PNG, WebP, GIF or AVIF.`);

  const into = await target(values);
  try {
    return await load(images, into);
  } finally {
    await into.close();
  }
}

async function load(images: FolderImage[], into: UploadTarget): Promise<number> {
  const began = performance.now();
  const counts = { stored: 0, already_there: 0, refused: 0 };
  const refusals: string[] = [];
  const bar = progress("Loading", images.length);
  await inParallel(images, width, async ({ name, path, labels }) => {
    if (stopping.signal.aborted) return;
    const bytes = new Uint8Array(await readFile(path));
    const id = imageIdOf(createHash("sha256").update(bytes).digest());
    const result = (await isThere(into, id)) ? ({ outcome: "already_there" } as const) : await uploadImage(into, bytes, mediaTypeOf(name)!, labels);
    counts[result.outcome]++;
    if (result.outcome === "refused") refusals.push(`${name}: ${result.why}`);
    bar.advance();
  });
  bar.stop();

  const seconds = (performance.now() - began) / 1000;
  for (const line of refusals.sort()) sayWrong(line);
  const rate = counts.stored > 0 ? ` · ${(counts.stored / seconds).toFixed(1)} images/s` : "";
  say(`${green("●")} ${counts.stored} stored, ${counts.already_there} there already, ${counts.refused} refused ${dim(`in ${seconds.toFixed(1)} s${rate}`)}`);
  if (stopping.signal.aborted) say(dim("Interrupted; start again to go on."));
  return stopping.signal.aborted ? 130 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { buildWeb } from "./build-web.ts";
import { dataDirOf } from "./data-dir.ts";
import { dim, green, progress, say, sayWrong } from "./say.ts";
import { findRunningStack } from "./stack/running.ts";
import { startStack } from "./stack/stack.ts";
import { tokenFor } from "./stack/tokens.ts";
import { imagesIn, mediaTypeOf, type FolderImage } from "./upload/image-folder.ts";
import { inParallel, isThere, uploadImage, type UploadResult, type UploadTarget } from "./upload/upload-image.ts";

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

/** Larger files are not read into memory at all; the service takes far less. */
const largestBytes = 64 * 1024 * 1024;

const stopping = new AbortController();
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) {
  process.on(event, () => {
    if (stopping.signal.aborted && event === "SIGINT") process.exit(130);
    stopping.abort(new Error("Interrupted; start again to go on."));
  });
}
// Listening for its end must not keep this process alive.
process.channel?.unref();

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
  const stack = await startStack({ dataDir, port: 0, signal: stopping.signal });
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
  const counts = { stored: 0, already_there: 0, held: 0, refused: 0 };
  const refusals: string[] = [];
  const bar = progress("Loading", images.length);
  const broken = await inParallel(images, width, async (image) => {
    stopping.signal.throwIfAborted();
    const result = await bring(image, into);
    counts[result.outcome]++;
    if (result.outcome === "refused") refusals.push(`${image.name}: ${result.why}`);
    bar.advance();
  }).catch((error: unknown) => ({ error }));
  bar.stop();

  const seconds = (performance.now() - began) / 1000;
  for (const line of refusals.sort()) sayWrong(line);
  const rate = counts.stored > 0 ? ` · ${(counts.stored / seconds).toFixed(1)} images/s` : "";
  const held = counts.held > 0 ? `, ${counts.held} held for review (GET /v1/review)` : "";
  say(`${green("●")} ${counts.stored} stored, ${counts.already_there} there already, ${counts.refused} refused${held} ${dim(`in ${seconds.toFixed(1)} s${rate}`)}`);
  if (broken !== undefined) throw broken.error;
  stopping.signal.throwIfAborted();
  return 0;
}

async function bring({ name, path, labels }: FolderImage, into: UploadTarget): Promise<UploadResult> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const { size } = await stat(path);
    if (size > largestBytes) return { outcome: "refused", why: "The file is larger than any image we take." };
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    return { outcome: "refused", why: `The file cannot be read: ${(error as Error).message}` };
  }
  const id = uuidOfDigest(createHash("sha256").update(bytes).digest());
  if (await isThere(into, id)) return { outcome: "already_there" };
  return uploadImage(into, bytes, mediaTypeOf(name)!, labels, stopping.signal);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!stopping.signal.aborted) fail(error instanceof Error ? error.message : String(error));
  say(dim("Interrupted; start again to go on."));
  // Requests may still be under way; nobody waits for them.
  process.exit(130);
}

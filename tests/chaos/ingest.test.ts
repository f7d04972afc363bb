import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWeb } from "#local/build-web.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { ApiViewer } from "../harness/viewer.ts";
import { Command, ingest, readyUrl, start } from "./command.ts";
import { pngBomb } from "./png-bomb.ts";
import { expectGone, killAll } from "./processes.ts";

/** `npm run ingest` as a person at a terminal meets it, into one running stack. */
const count = 40;
let folder: string;
let dataDir: string;
let images: string;
let stack: Command;
let url: string;

beforeAll(async () => {
  await buildWeb();
  folder = await mkdtemp(join(tmpdir(), "miraveja-ingest-"));
  dataDir = join(folder, "data");
  images = join(folder, "images");
  await mkdir(join(images, "harbours"), { recursive: true });
  for (let i = 0; i < count; i++) await writeFile(join(images, "harbours", `quay-${i}.jpg`), await picture(i));
  stack = start(dataDir, "--empty", "--port", "0");
  url = await readyUrl(stack);
}, 300_000);

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Noise in large blocks: no two alike. */
async function picture(seed: number): Promise<Buffer> {
  const random = seededRandom(`picture ${seed}`);
  const blocks = Uint8Array.from({ length: 8 * 6 * 3 }, () => Math.floor(random() * 256));
  return sharp(blocks, { raw: { width: 8, height: 6, channels: 3 } }).resize(640, 480, { kernel: "nearest" }).jpeg().toBuffer();
}

async function shown(): Promise<number> {
  const viewer = await ApiViewer.guest(url);
  const ids: string[] = [];
  do ids.push(...(await viewer.nextPage({ limit: 40 })).items.map(({ image }) => image.id));
  while (!viewer.atEnd);
  expect(new Set(ids).size).toBe(ids.length);
  return ids.length;
}

/** What the last line counted. */
function counts(command: Command): { stored: number; there: number; refused: number } {
  const found = /(\d+) stored, (\d+) there already, (\d+) refused/.exec(command.stdout);
  if (found === null) throw new Error(`no count in ${command.stdout}${command.stderr}`);
  return { stored: Number(found[1]), there: Number(found[2]), refused: Number(found[3]) };
}

async function expectRefusal(folder: string, line: RegExp): Promise<void> {
  await using command = ingest(folder, dataDir);
  const code = await command.ended;
  expect(command.stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(line) as string]);
  expect(code).not.toBe(0);
}

describe("loading a folder", () => {
  it("goes on after Ctrl-C and after kill -9 where it was, and stores nothing twice", async () => {
    await using first = ingest(images, dataDir);
    await first.says(/Loading \d+\/40/);
    first.interrupt();
    expect(await first.ended).toBe(130);
    expect(first.stdout).toMatch(/Interrupted; start again to go on\.\n$/);
    const afterFirst = counts(first).stored;
    expect(afterFirst).toBeGreaterThan(0);
    expect(afterFirst).toBeLessThan(count);

    await using second = ingest(images, dataDir);
    await second.says(new RegExp(`Loading (${Array.from({ length: 10 }, (_, i) => 4 * (i + 1)).filter((done) => done > afterFirst).join("|")})/40`));
    await expectGone(await killAll(second.pid));

    await using third = ingest(images, dataDir);
    expect(await third.ended).toBe(0);
    const { stored, there, refused } = counts(third);
    expect([stored + there, refused]).toEqual([count, 0]);
    expect(there).toBeGreaterThanOrEqual(afterFirst);
    expect(await shown()).toBe(count);

    await using fourth = ingest(images, dataDir);
    expect(await fourth.ended).toBe(0);
    expect(counts(fourth)).toEqual({ stored: 0, there: count, refused: 0 });
    expect(await shown()).toBe(count);
  }, 600_000);

  it("names each file that is no image and loads the rest", async () => {
    const mixed = join(folder, "mixed");
    await mkdir(mixed);
    const good = await picture(1_000);
    await writeFile(join(mixed, "good.jpg"), good);
    await writeFile(join(mixed, "truncated.jpg"), good.subarray(0, good.length / 2));
    await writeFile(join(mixed, "scrambled.png"), Buffer.concat([(await sharp(good).png().toBuffer()).subarray(0, 60), Buffer.alloc(4_000, 7)]));
    await writeFile(join(mixed, "poem.webp"), "a text that calls itself an image");
    await writeFile(join(mixed, "huge.png"), pngBomb(30_000, 30_000));
    await writeFile(join(mixed, "nothing.png"), "");
    await writeFile(join(mixed, "heavy.jpg"), Buffer.alloc(30 * 1024 * 1024, 1));
    await writeFile(join(mixed, "notes.txt"), "passed over: its name is no image's");
    await copyFile(join(mixed, "good.jpg"), join(mixed, "same-again.jpg"));

    const before = await shown();
    await using command = ingest(mixed, dataDir);
    expect(await command.ended).toBe(0);
    const named = command.stderr.trimEnd().split("\n").map((line) => /^✗ ([\w.-]+): (\S.*)$/.exec(line)?.[1]);
    expect(named).toEqual(["heavy.jpg", "huge.png", "nothing.png", "poem.webp", "scrambled.png", "truncated.jpg"]);
    expect(command.stderr).toMatch(/huge\.png: .*pixels/);
    expect(command.stderr).toMatch(/nothing\.png: .*empty/);
    expect(counts(command)).toMatchObject({ refused: 6 });
    expect(await shown()).toBe(before + 1);
  }, 300_000);
});

describe("a folder that cannot be loaded", () => {
  it("broken labels are named by file and entry", async () => {
    const labelled = join(folder, "labelled");
    await mkdir(labelled);
    await writeFile(join(labelled, "one.jpg"), await picture(2_000));
    const labels = join(labelled, "labels.json");
    await writeFile(labels, "[{");
    await expectRefusal(labelled, new RegExp(`^✗ ${labels} is not JSON: `));
    await writeFile(labels, JSON.stringify([{ file: "one.jpg" }, { file: "two.jpg", tags: "harbour" }]));
    await expectRefusal(labelled, new RegExp(`^✗ ${labels}: entry 1, tags: `));
    await writeFile(labels, JSON.stringify({ file: "one.jpg" }));
    await expectRefusal(labelled, new RegExp(`^✗ ${labels}: the whole: `));
  });

  it("a folder without images, a file and a folder that is not there each get their line", async () => {
    const bare = join(folder, "bare");
    await mkdir(bare);
    await writeFile(join(bare, "readme.txt"), "no image here");
    await expectRefusal(bare, new RegExp(`^✗ ${bare} holds no JPEG, PNG, WebP, GIF or AVIF\\.$`));
    await expectRefusal(join(bare, "readme.txt"), /readme\.txt is not a folder\.$/);
    await expectRefusal(join(folder, "nowhere"), /nowhere is not a folder\.$/);
  });

  it("a token the service refuses ends it with one line, not one for each image", async () => {
    const fresh = join(folder, "fresh");
    await mkdir(fresh);
    for (let i = 0; i < 8; i++) await writeFile(join(fresh, `${i}.jpg`), await picture(3_000 + i));
    await using command = new Command("local/ingest.ts", [fresh, "--url", url, "--token", "not.a.token"]);
    expect(await command.ended).not.toBe(0);
    expect(command.stderr).toMatch(/^✗ the service at \S+ refuses the token: [^\n]*\n$/);
  });

  it("the running stack is left as it was", async () => {
    expect(JSON.parse(await readFile(join(dataDir, "running.json"), "utf8"))).toMatchObject({ url });
  });
});

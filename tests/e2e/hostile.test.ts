import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { failures } from "#shared/contract/failures.ts";
import { StoredImage } from "#shared/contract/image.ts";
import { Command } from "../chaos/command.ts";
import { hostileFiles, type HostileFile } from "../harness/hostile-files.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";

const stack = inject("stack");
const megabyte = 1_000_000;

/** By so much the node may hold more at any moment than before: two workers with 50 megapixels each, decoded in strips, and room to breathe. */
const growthBytes = 600 * megabyte;

const built = new Map<string, Uint8Array>();
let token: string;
let folder: string;
beforeAll(async () => {
  ({ token } = await mintViewer(stack, "operator viewer"));
  for (const file of hostileFiles) built.set(file.name, await file.bytes());
  folder = await mkdtemp(join(tmpdir(), "miraveja-hostile-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function upload(bytes: Uint8Array, name: string): Promise<Response> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(bytes)]), name);
  return fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form });
}

/** The node's own account of itself: when it started, and what it holds of the machine's memory. */
async function node(): Promise<{ startedAt: number; bytes: number }> {
  const text = await (await fetch(new URL("/metrics", stack.nodeUrl))).text();
  const figure = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { startedAt: figure("process_start_time_seconds"), bytes: figure("process_resident_memory_bytes") };
}

/** Does something while the node's memory is looked at; the most it held. */
async function watching(work: () => Promise<void>): Promise<number> {
  let most = 0;
  let done = false;
  const watch = (async () => {
    while (!done) {
      most = Math.max(most, (await node()).bytes);
      await new Promise((next) => setTimeout(next, 50));
    }
  })();
  await work().finally(() => (done = true));
  await watch;
  return most;
}

async function expectOutcome({ name, expected }: HostileFile): Promise<void> {
  const answer = await upload(built.get(name)!, name);
  if (typeof expected === "string") return void (await problemOf(answer, expected));
  expect([200, 201], name).toContain(answer.status);
  const { image } = StoredImage.parse(await answer.json());
  expect({ width: image.width, height: image.height }).toEqual(expected);
  for (const { url } of image.variants) {
    const file = await fetch(new URL(url, stack.url));
    expect(file.headers.get("content-type")).toBe("image/webp");
    const bytes = Buffer.from(await file.arrayBuffer());
    // What is served was drawn anew: nothing that came along is in it.
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("RIFF");
    for (const foreign of ["<script", "PK\x03\x04", "#!/bin"]) expect(bytes.includes(foreign)).toBe(false);
  }
}

describe("a hostile file through upload", () => {
  it.each(hostileFiles.map((file) => ({ name: file.name, outcome: typeof file.expected === "string" ? file.expected : "taken", file })))(
    "$name: is $outcome, and the node is the same as before",
    async ({ file }) => {
      const before = await node();
      await expectOutcome(file);
      expect((await node()).startedAt).toBe(before.startedAt);
    },
  );

  it("many at once, again and again: the node neither dies nor holds more than its bound", async () => {
    const before = await node();
    // Each with a byte behind it, so that none is known from before. What is busy for a moment is asked again.
    const most = await watching(async () => {
      for (let round = 0; round < 3; round++) {
        await Promise.all(hostileFiles.map(async ({ name }) => {
          const bytes = Buffer.concat([built.get(name)!, Buffer.from([round])]);
          for (let attempt = 0; attempt < 40; attempt++) {
            const answer = await upload(bytes, name);
            if (answer.status !== failures["gpu.busy"].status) return void (await answer.body?.cancel());
            await answer.body?.cancel();
            await new Promise((next) => setTimeout(next, 250));
          }
        }));
      }
    });
    expect((await node()).startedAt).toBe(before.startedAt);
    expect(Math.round((most - before.bytes) / megabyte)).toBeLessThan(growthBytes / megabyte);
    expect((await upload(built.get("sixteen-bits.png")!, "again.png")).status).toBe(200);
  }, 300_000);
});

describe("a folder of hostile files through ingest", () => {
  it("is loaded to its end: each file that is refused is named with its reason, each that can be read is there", async () => {
    for (const [name, bytes] of built) await writeFile(join(folder, name), bytes);
    const before = await node();
    await using command = new Command("local/ingest.ts", [folder, "--url", stack.url, "--token", token]);
    let code: number | null = null;
    const most = await watching(async () => {
      code = await command.ended;
    });
    expect(code).toBe(0);
    const refused = command.stderr.trimEnd().split("\n").map((line) => /^✗ ([\w.-]+): (\S.*)$/.exec(line)?.[1]);
    // An SVG is passed over by its name.
    const expected = hostileFiles.filter((file) => typeof file.expected === "string" && !file.name.endsWith(".svg")).map((file) => file.name);
    expect(refused.sort()).toEqual(expected.sort());
    expect(command.stdout).toMatch(new RegExp(`${expected.length} refused`));
    expect((await node()).startedAt).toBe(before.startedAt);
    expect(most - before.bytes).toBeLessThan(growthBytes);
  }, 300_000);
});

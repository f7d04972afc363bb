import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWeb } from "#local/build-web.ts";
import { drawEntry, galleryEntries, type GalleryEntry } from "#local/gallery/gallery.ts";
import type { Image } from "#shared/contract/image.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { startFilledStack } from "../harness/filled-stack.ts";
import { ApiViewer } from "../harness/viewer.ts";
import { readyUrl, start, type Command } from "./command.ts";
import { CountingViewer } from "./counting-viewer.ts";
import { expectGone, killAll, signal, until } from "./processes.ts";

/** What is going on when everything is killed. */
const moments = ["serving", "starting", "uploading", "serving", "starting"] as const;
const kills = 20;
const images = 24;

const random = seededRandom("twenty kills");
let dataDir: string;
let port: number;
let operatorToken: string;
let viewers: CountingViewer[];
/** Every image the service has said it stored. */
const stored = new Set<string>();
const uploads: GalleryEntry[] = galleryEntries().slice(images);

beforeAll(async () => {
  await buildWeb();
  dataDir = await mkdtemp(join(tmpdir(), "miraveja-kills-"));
  const stack = await startFilledStack(images, { dataDir });
  operatorToken = await stack.token(["operator"]);
  for (const { id } of await shownImages(stack.url)) stored.add(id);
  viewers = [];
  port = await freePort();
  for (let i = 0; i < 3; i++) {
    const guest = await ApiViewer.guest(stack.url);
    viewers.push(new CountingViewer(new ApiViewer(`http://127.0.0.1:${port}`, guest.id, guest.token), [...stored], seededRandom(`counting ${i}`)));
  }
  await stack.close();
}, 300_000);

afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return free;
}

/** Every image that a viewer new to the service is shown, to the end of their stream. */
async function shownImages(url: string): Promise<Image[]> {
  const viewer = await ApiViewer.guest(url);
  const shown: Image[] = [];
  do shown.push(...(await viewer.nextPage({ limit: 40 })).items.map(({ image }) => image));
  while (!viewer.atEnd);
  return shown;
}

async function upload(entry: GalleryEntry): Promise<number | undefined> {
  const bytes = new Uint8Array(await drawEntry(entry));
  const form = new FormData();
  form.set("file", new Blob([bytes], { type: "image/jpeg" }), "image");
  form.set("labels", JSON.stringify({ caption: entry.caption, style: entry.style }));
  const response = await fetch(`http://127.0.0.1:${port}/v1/images`, {
    method: "POST", headers: { authorization: `Bearer ${operatorToken}` }, body: form,
  }).catch(() => undefined);
  await response?.text().catch(() => undefined);
  if (response?.ok === true) stored.add(uuidOfDigest(createHash("sha256").update(bytes).digest()));
  return response?.status;
}

async function expectNothingLost(): Promise<void> {
  for (const one of viewers) {
    // Looked at before the log, which goes on growing.
    const accepted = [...one.accepted];
    const logged = await one.logged();
    expect(new Set(logged).size, "each at most once").toBe(logged.length);
    const known = new Set(logged);
    expect(accepted.filter((id) => !known.has(id)), "accepted and not in the log").toEqual([]);
    expect(logged.filter((id) => !one.sent.has(id)), "in the log and never sent").toEqual([]);
  }
}

async function expectImagesWhole(url: string): Promise<void> {
  const shown = await shownImages(url);
  const ids = shown.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...stored].filter((id) => !ids.includes(id)), "stored and not shown").toEqual([]);
  for (const image of shown) {
    for (const variant of image.variants) {
      const file = await fetch(new URL(variant.url, url));
      expect([file.status, file.headers.get("content-type"), (await file.arrayBuffer()).byteLength > 0]).toEqual([200, "image/webp", true]);
    }
  }
}

describe("kill -9 of every process at once", () => {
  it(`loses no accepted interaction and no image, ${kills} times at random moments`, async () => {
    let startMs = 4_000;
    for (let kill = 0; kill < kills; kill++) {
      const moment = moments[kill % moments.length]!;
      await using stack = start(dataDir, "--empty", "--port", String(port));
      const began = performance.now();
      for (const one of viewers) one.startSending();
      if (moment === "starting") await sleep(random() * startMs);
      else {
        await readyUrl(stack);
        startMs = performance.now() - began;
        await expectNothingLost();
        const entry = moment === "uploading" ? uploads.shift() : undefined;
        const uploading = entry === undefined ? undefined : upload(entry);
        await sleep(random() * (moment === "uploading" ? 400 : 1_500));
        // What is interrupted comes again with a later kill.
        if (entry !== undefined) uploads.push(entry);
        await expectGone(await killAll(stack.pid));
        await uploading;
      }
      await expectGone(await killAll(stack.pid));
      for (const one of viewers) await one.stopSending();
    }

    await using stack = start(dataDir, "--empty", "--port", String(port));
    const url = await readyUrl(stack);
    await expectNothingLost();
    for (const one of viewers) {
      expect(one.accepted.size).toBeGreaterThan(kills);
      // A client that heard nothing sends again, and each event still counts once.
      for (const events of one.unanswered) expect((await one.viewer.send("POST", "/v1/interactions", { events })).status).toBe(202);
      const logged = await one.logged();
      expect(logged.toSorted()).toEqual([...one.sent].toSorted());
    }
    for (const entry of uploads.slice(-4)) expect([200, 201]).toContain(await upload(entry));
    await expectImagesWhole(url);
  }, 1_800_000);
});

describe("kill -9 of one process alone", () => {
  const below = async (stack: Command) => (await stack.processes()).filter(({ pid }) => pid !== stack.pid);

  it("of the supervisor: everything it started ends with it, and the next start takes the same port", async () => {
    await using stack = start(dataDir, "--empty", "--port", String(port));
    await readyUrl(stack);
    const all = await stack.processes();
    signal(all.find(({ parent }) => parent === stack.pid)!.pid, "SIGKILL");
    await expectGone(all, 10_000);
    expect(await stack.ended).not.toBe(0);

    await using next = start(dataDir, "--empty", "--port", String(port));
    await readyUrl(next);
    await expectNothingLost();
  }, 300_000);

  it("of what started the supervisor: the stack stops in order", async () => {
    await using stack = start(dataDir, "--empty", "--port", String(port));
    await readyUrl(stack);
    const all = await stack.processes();
    signal(stack.pid, "SIGKILL");
    await expectGone(all);
  }, 300_000);

  it("of workerd, the edge, the database's or the Redis gateway: it is started again and goes on serving", async () => {
    await using stack = start(dataDir, "--empty", "--port", String(port));
    const url = await readyUrl(stack);
    const viewer = await ApiViewer.guest(url);
    for (const { pid, command, parent } of (await below(stack)).filter(({ parent }) => parent !== stack.pid)) {
      if (command === "sh") continue;
      signal(pid, "SIGKILL");
      await until(`a page is served again after the end of ${command} (${pid}, below ${parent})`, async () => {
        const response = await viewer.send("GET", "/v1/feed?limit=4").catch(() => undefined);
        const page = response?.status === 200 ? ((await response.json()) as { served_by: string }) : undefined;
        return page?.served_by === "composed" ? true : undefined;
      }, 120_000);
    }
  }, 600_000);
});

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { analyse } from "./analyse.ts";
import { createAnalyst } from "./analyst.ts";
import { asSharp, bytesOf, drawDiscs } from "./sample-images.ts";

const workerFile = new URL("./crashing-worker.ts", import.meta.url);
const behave = { well: 0, crash: 1, sleep: 2, spin: 3 };
const task = (behaviour: number) => Uint8Array.of(behaviour, 0, 0);
const codeOf = (promise: Promise<unknown>) => promise.then(() => "done", (error: { code?: string; name: string }) => error.code ?? error.name);

describe("analysis", () => {
  it("says everything about an image, the same every time and in a worker as here", async () => {
    const jpeg = await bytesOf(asSharp(drawDiscs("whole", 700, 350)).jpeg());
    await using analyst = createAnalyst({ threads: 1 });
    const here = await analyse(jpeg);
    expect(here).toMatchObject({ format: "jpeg", width: 700, height: 350, phash: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
    expect(await analyse(jpeg)).toEqual(here);
    const { views, ...rest } = here;
    const there = { ...rest, seen: views };
    expect(await analyst.analyse(jpeg)).toEqual(there);
    expect(jpeg.length).toBeGreaterThan(0);
    expect(await analyst.analyse(jpeg, { handOver: true })).toEqual(there);
    expect(jpeg.length).toBe(0);
  });

  it("strips GPS and every other EXIF field from what it writes", async () => {
    const gps = { IFD0: { Copyright: "someone at home" }, IFD3: { GPSLatitude: "51/1 30/1 0/1", GPSLatitudeRef: "N" } };
    const jpeg = await bytesOf(asSharp(drawDiscs("at home", 400)).withExif(gps).jpeg());
    expect(Buffer.from(jpeg).includes("someone at home")).toBe(true);
    for (const { bytes } of (await analyse(jpeg)).variants) {
      expect((await sharp(bytes).metadata()).exif).toBeUndefined();
      expect(Buffer.from(bytes).includes("someone at home")).toBe(false);
    }
  });

  it("gives back a refusal with its code from the worker", async () => {
    await using analyst = createAnalyst({ threads: 1 });
    expect(await codeOf(analyst.analyse(new TextEncoder().encode("no image")))).toBe("image.not_an_image");
  });
});

describe("the analyst's workers", () => {
  it("refuses as busy beyond its bound, and takes images again once there is room", async () => {
    await using analyst = createAnalyst({ threads: 1, queue: 1, workerFile });
    const abort = new AbortController();
    const held = [0, 1].map(() => codeOf(analyst.analyse(task(behave.sleep), { signal: abort.signal })));
    expect(analyst.load).toBe(2);
    expect(await codeOf(analyst.analyse(task(behave.well)))).toBe("busy");
    abort.abort();
    await Promise.all(held);
    expect(await codeOf(analyst.analyse(task(behave.well)))).toBe("done");
  });

  it("survives a worker that exits: its image fails, the next is served", async () => {
    await using analyst = createAnalyst({ threads: 1, workerFile });
    expect(await codeOf(analyst.analyse(task(behave.crash)))).toBe("crashed");
    expect(await codeOf(analyst.analyse(task(behave.well)))).toBe("done");
  });

  it("ends a worker that spins past the time limit and serves the next image", async () => {
    await using analyst = createAnalyst({ threads: 1, timeLimitMs: 1500, workerFile });
    expect(await codeOf(analyst.analyse(task(behave.well)))).toBe("done");
    expect(await codeOf(analyst.analyse(task(behave.spin)))).toBe("too_slow");
    expect(await codeOf(analyst.analyse(task(behave.well)))).toBe("done");
  });

  it("rejects with the signal's reason when aborted, before or during the work", async () => {
    await using analyst = createAnalyst({ threads: 1, workerFile });
    const gone = new Error("the client went away");
    await expect(analyst.analyse(task(behave.well), { signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
    const abort = new AbortController();
    const held = analyst.analyse(task(behave.spin), { signal: abort.signal });
    abort.abort(gone);
    await expect(held).rejects.toBe(gone);
    expect(analyst.load).toBe(0);
  });

  it("ends its workers on close and rejects what was in hand", async () => {
    const analyst = createAnalyst({ threads: 1, workerFile });
    const held = codeOf(analyst.analyse(task(behave.sleep)));
    await analyst.close();
    expect(await held).toBe("crashed");
  });
});

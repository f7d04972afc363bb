import fc from "fast-check";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { LogEvent } from "../../runtime/log.ts";
import type { Device } from "./device.ts";
import { DoesNotFit } from "./ledger.ts";
import { openVram, type ManagedModel, type Vram } from "./vram.ts";

const gpu: Device = { kind: "gpu", name: "test", freeBytes: 10.5e9 };
const gigabyte = 1e9;

interface Bench {
  vram: Vram;
  /** Loads and unloads as they happened. */
  story: string[];
  events: string[];
  /** What really lies in memory, and the most that ever did. */
  memory: { bytes: number; mostBytes: number };
  model: (name: string, gigabytes: number, more?: { takes?: number; pinned?: boolean; fails?: boolean; sticks?: { times: number } }) => ManagedModel<string>;
}

function bench(look?: () => Promise<Device | undefined>): Bench {
  const story: string[] = [];
  const events: string[] = [];
  const memory = { bytes: 0, mostBytes: 0 };
  const vram = openVram({ device: gpu, log: ({ event }: LogEvent) => void events.push(event), ...(look === undefined ? {} : { look }) });
  return {
    vram, story, events, memory,
    model: (name, gigabytes, { takes = gigabytes, pinned = false, fails = false, sticks = { times: 0 } } = {}) =>
      vram.manage({
        name, role: "image-encoder", pinned, estimateBytes: gigabytes * gigabyte,
        async load() {
          await turn();
          if (fails) throw new Error(`${name} is damaged`);
          story.push(`+${name}`);
          memory.bytes += takes * gigabyte;
          memory.mostBytes = Math.max(memory.mostBytes, memory.bytes);
          return {
            model: name, bytes: takes * gigabyte,
            async unload() {
              await turn();
              if (sticks.times-- > 0) throw new Error(`${name} sticks`);
              story.push(`-${name}`);
              memory.bytes -= takes * gigabyte;
            },
          };
        },
      }),
  };
}

/** Uses a model once and gives it back, after those who waited for its load have. */
async function useOnce(model: ManagedModel<string>): Promise<void> {
  {
    using _lease = await model.use();
  }
  await turn();
}

describe("the VRAM manager", () => {
  it("loads at the first use, once for all who wait, and not again", async () => {
    const { story, model, vram } = bench();
    const clip = model("clip", 2);
    const leases = await Promise.all([clip.use(), clip.use(), clip.use()]);
    expect(leases.map((lease) => lease.model)).toEqual(["clip", "clip", "clip"]);
    await turn();
    expect(vram.view().holdings).toMatchObject([{ name: "clip", users: 3, bytes: 2e9 }]);
    for (const lease of [...leases, ...leases]) lease[Symbol.dispose]();
    await useOnce(clip);
    expect(vram.view().holdings).toMatchObject([{ users: 0 }]);
    expect(story).toEqual(["+clip"]);
  });

  it("puts the least recently used away first, before the other is loaded", async () => {
    const { story, model } = bench();
    const [a, b, c] = [model("a", 4), model("b", 4), model("c", 5)];
    await useOnce(a);
    await useOnce(b);
    await useOnce(a);
    await useOnce(c);
    expect(story).toEqual(["+a", "+b", "-b", "+c"]);
  });

  it("never attempts a load that would not fit, says why in numbers, and puts nothing away for it", async () => {
    const { story, model, vram, events } = bench();
    await useOnce(model("small", 1));
    await useOnce(model("kept", 6, { pinned: true }));
    const refused = model("big", 5).use();
    await expect(refused).rejects.toThrow("big needs 5.0 GB of model memory: of 10.0 GB, 3.0 GB are free and 1.0 GB could be made free");
    await expect(refused).rejects.toBeInstanceOf(DoesNotFit);
    expect(story).toEqual(["+small", "+kept"]);
    expect(vram.view().counts).toEqual({ loaded: 2, failed: 0, refused: 1, evicted: 0 });
    expect(events.at(-1)).toBe("model.refused");
  });

  it("keeps what is in use, until its last user is done", async () => {
    const { story, model } = bench();
    const [a, b] = [model("a", 6), model("b", 6)];
    const lease = await a.use();
    await turn();
    await expect(b.use()).rejects.toBeInstanceOf(DoesNotFit);
    lease[Symbol.dispose]();
    await useOnce(b);
    expect(story).toEqual(["+a", "-a", "+b"]);
  });

  it("gives a model to those who waited for it before anybody else can put it away", async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      const { story, model, vram } = bench();
      const rival = model("rival", 6);
      let refused: Promise<unknown> = Promise.resolve();
      const wanted = vram.manage({
        name: "wanted", role: "image-encoder", estimateBytes: 6 * gigabyte,
        load: () => {
          let started = Promise.resolve();
          for (let i = 0; i < ticks; i++) started = started.then(() => undefined);
          refused = started.then(() => rival.use()).catch((error: unknown) => error);
          return Promise.resolve({ model: "wanted", bytes: 6 * gigabyte, unload: () => Promise.resolve(void story.push("-wanted")) });
        },
      });
      using lease = await wanted.use();
      expect(lease.model).toBe("wanted");
      expect(await refused).toBeInstanceOf(DoesNotFit);
      expect(story).toEqual([]);
    }
  });

  it("leaves nothing reserved where a load fails, and tries anew at the next use", async () => {
    const { model, vram } = bench();
    const broken = model("broken", 9, { fails: true });
    await expect(broken.use()).rejects.toThrow("broken is damaged");
    await expect(broken.use()).rejects.toThrow("broken is damaged");
    expect(vram.view()).toMatchObject({ holdings: [], figures: { freeBytes: 10e9 }, counts: { failed: 2 } });
    await useOnce(model("fine", 9));
  });

  it("notes what was measured, makes room for what was underestimated, and takes back what cannot stay", async () => {
    const { story, model, vram } = bench();
    await useOnce(model("old", 3));
    await useOnce(model("small", 6, { takes: 2 }));
    expect(vram.view().figures.loadedBytes).toBe(5e9);
    await useOnce(model("grown", 4, { takes: 7 }));
    expect(story).toEqual(["+old", "+small", "+grown", "-old"]);
    await expect(model("monster", 1, { takes: 12 }).use()).rejects.toBeInstanceOf(DoesNotFit);
    expect(vram.view().holdings.map(({ name }) => name)).toEqual(["small", "grown"]);
    expect(story.slice(-2)).toEqual(["+monster", "-monster"]);
  });

  it("counts a model that cannot be put away as there, and tries it again first", async () => {
    const { story, model, vram } = bench();
    const sticks = { times: 1 };
    const stuck = model("stuck", 6, { sticks });
    await useOnce(stuck);
    const next = model("next", 6);
    await expect(next.use()).rejects.toThrow("stuck sticks");
    expect(vram.view().figures.loadedBytes).toBe(6e9);
    await useOnce(next);
    expect(story).toEqual(["+stuck", "-stuck", "+next"]);
    await useOnce(stuck);
    expect(story.slice(-2)).toEqual(["-next", "+stuck"]);
  });

  it("lets a context lease the model it builds on, so that the model stays as long as the context", async () => {
    const { story, model, vram } = bench();
    const base = model("base", 5);
    const context = vram.manage({
      name: "base/persona", role: "language-model", estimateBytes: gigabyte,
      async load() {
        const lease = await base.use();
        return { model: `${lease.model} with adapter`, bytes: gigabyte, unload: () => Promise.resolve(lease[Symbol.dispose]()) };
      },
    });
    {
      using lease = await context.use();
      expect(lease.model).toBe("base with adapter");
    }
    await turn();
    await expect(model("other", 6).use()).rejects.toThrow("1.0 GB could be made free");
    await useOnce(model("modest", 5));
    expect(story).toEqual(["+base", "+modest"]);
    expect(vram.view().holdings.map(({ name }) => name)).toEqual(["base", "modest"]);
  });

  it("follows what other programs take: puts away what is too much, tells the tier, and takes nothing more", async () => {
    let freeBytes = 4.5e9;
    const { story, model, vram, events } = bench(() => Promise.resolve({ ...gpu, freeBytes }));
    const [a, b] = [model("a", 3), model("b", 3)];
    await useOnce(a);
    await useOnce(b);
    await vram.recheck();
    expect(vram.view()).toMatchObject({ tier: "premium", figures: { capacityBytes: 10e9, freeBytes: 4e9 } });
    freeBytes = 0;
    await vram.recheck();
    expect(vram.view()).toMatchObject({ tier: "balanced", figures: { capacityBytes: 5.5e9, loadedBytes: 3e9 } });
    expect(story).toEqual(["+a", "+b", "-a"]);
    expect(events).toContain("model.tier");
    await expect(model("c", 6).use()).rejects.toBeInstanceOf(DoesNotFit);
  });

  it("puts everything away when it closes, and loads nothing more", async () => {
    const { model, vram, memory } = bench();
    const late = model("late", 1);
    const early = model("a", 2);
    await useOnce(early);
    const loading = model("b", 2).use();
    await vram.close();
    await loading;
    expect(memory.bytes).toBe(0);
    for (const one of [early, late]) await expect(one.use()).rejects.toThrow("stopping");
  });

  it("holds its capacity however uses overlap, and every use ends with its model or a refusal", async () => {
    const sizes = [1, 2, 3, 5, 8];
    const use = fc.record({ which: fc.nat(sizes.length - 1), startsAfter: fc.nat(4), lasts: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(fc.array(use, { maxLength: 20 }), async (uses) => {
        const { model, memory, vram } = bench();
        const models = sizes.map((size, i) => model(`m${i}`, size));
        await Promise.all(
          uses.map(async ({ which, startsAfter, lasts }) => {
            for (let i = 0; i < startsAfter; i++) await turn();
            try {
              using lease = await models[which]!.use();
              for (let i = 0; i < lasts; i++) {
                expect(vram.view().holdings.find(({ name }) => name === lease.model)).toMatchObject({ state: "loaded" });
                await turn();
              }
            } catch (error) {
              expect(error).toBeInstanceOf(DoesNotFit);
            }
          }),
        );
        await turn();
        expect(memory.mostBytes).toBeLessThanOrEqual(10e9);
        const { figures, holdings } = vram.view();
        expect(figures.reservedBytes).toBe(0);
        expect(figures.loadedBytes).toBe(memory.bytes);
        expect(holdings.every(({ users }) => users === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

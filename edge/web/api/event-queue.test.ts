import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interaction, InteractionKind } from "#shared/contract/interaction.ts";
import { EventQueue, queueLimits, type Delivery, type EventStorage } from "./event-queue.ts";

let made = 0;
function event(kind: InteractionKind = "like"): Interaction {
  made += 1;
  const id = `00000000-0000-4000-8000-${String(made).padStart(12, "0")}`;
  return { id, kind, image_id: id, at: new Date(made * 1_000).toISOString() };
}

function memoryStorage(): EventStorage & { kept: Map<string, Interaction> } {
  const kept = new Map<string, Interaction>();
  return { kept, all: () => [...kept.values()], put: (e) => void kept.set(e.id, e), remove: (id) => void kept.delete(id) };
}

/** A server that answers from a script and then takes everything, and timers that run only when told. */
function bench(script: Delivery[] = [], storage = memoryStorage()) {
  const received: string[][] = [];
  const timers: { callback: () => void; ms: number; live: boolean }[] = [];
  const queue = new EventQueue({
    storage,
    deliver: (events) => {
      const answer = script.shift() ?? { outcome: "taken", offset: 1 };
      received.push(events.map((e) => e.id));
      return Promise.resolve(answer);
    },
    schedule: (callback, ms) => {
      const timer = { callback, ms, live: true };
      timers.push(timer);
      return () => void (timer.live = false);
    },
  });
  const tick = async () => {
    for (const timer of timers.splice(0)) if (timer.live) timer.callback();
    await queue.flush();
  };
  return { queue, storage, received, timers, tick };
}

describe("the event queue", () => {
  it("keeps an event in storage until the server has taken it", async () => {
    const { queue, storage } = bench([{ outcome: "later" }]);
    const like = event();
    queue.push(like, true);
    expect(await queue.flush()).toBe(true);
    expect(storage.kept.size).toBe(0);

    const away = bench([{ outcome: "later" }]);
    away.queue.push(like, false);
    expect(await away.queue.flush()).toBe(false);
    expect([...away.storage.kept.keys()]).toEqual([like.id]);
  });

  it("sends what a closed tab left behind", async () => {
    const storage = memoryStorage();
    const left = event();
    storage.put(left);
    const { tick, received } = bench([], storage);
    await tick();
    expect(received).toEqual([[left.id]]);
    expect(storage.kept.size).toBe(0);
  });

  it("delivers every event exactly once to a server that answers now and then, and empties its storage", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Delivery>({ outcome: "later" }, { outcome: "taken", offset: 1 }), { maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        async (script, urgencies) => {
          const taken: string[] = [];
          const storage = memoryStorage();
          const queue = new EventQueue({
            storage,
            deliver: (events) => {
              const answer = script.shift() ?? { outcome: "taken", offset: 1 };
              if (answer.outcome === "taken") taken.push(...events.map((e) => e.id));
              return Promise.resolve(answer);
            },
            schedule: () => () => undefined,
          });
          const pushed = urgencies.map((urgent) => {
            const next = event(urgent ? "like" : "view");
            queue.push(next, urgent);
            return next.id;
          });
          while (!(await queue.flush())) expect(script.length).toBeLessThan(12);
          expect(taken).toEqual(pushed);
          expect(storage.kept.size).toBe(0);
        },
      ),
    );
  });

  it("keeps what arrives while a batch is under way", async () => {
    const { queue, received } = bench();
    const [first, second] = [event(), event()];
    queue.push(first, true);
    queue.push(second, false);
    await queue.flush();
    expect(received.flat()).toEqual([first.id, second.id]);
  });

  it("stays bounded, giving up the oldest views before anything a viewer meant", () => {
    const { queue, storage } = bench(Array.from({ length: 9 }, () => ({ outcome: "later" }) as const));
    const firstView = event("view");
    queue.push(firstView, false);
    const like = event("like");
    queue.push(like, false);
    for (let n = 0; n < queueLimits.kept + 50; n++) queue.push(event("view"), false);
    expect(queue.size).toBe(queueLimits.kept);
    expect(storage.kept.size).toBe(queueLimits.kept);
    expect(storage.kept.has(like.id)).toBe(true);
    expect(storage.kept.has(firstView.id)).toBe(false);
  });

  it("loses only the event the server cannot read, not those beside it", async () => {
    const bad = event();
    const taken: string[] = [];
    const queue = new EventQueue({
      storage: memoryStorage(),
      deliver: (events) => {
        if (events.some((e) => e.id === bad.id)) return Promise.resolve({ outcome: "refused" });
        taken.push(...events.map((e) => e.id));
        return Promise.resolve({ outcome: "taken", offset: 1 });
      },
      schedule: () => () => undefined,
    });
    const good = [event(), event(), event()];
    for (const e of [good[0]!, bad, good[1]!, good[2]!]) queue.push(e, false);
    await queue.flush();
    expect(taken.sort()).toEqual(good.map((e) => e.id).sort());
    expect(queue.size).toBe(0);
  });

  it("waits as long as the server asks, and longer each time it does not say", async () => {
    const { queue, timers } = bench([{ outcome: "later", afterMs: 7_000 }, { outcome: "later" }, { outcome: "later" }]);
    queue.push(event(), false);
    for (let n = 0; n < 3; n++) await queue.flush();
    const [, asked, second, third] = timers.map((timer) => timer.ms);
    expect(asked).toBe(7_000);
    expect(third).toBeGreaterThan(second!);
  });

  it("withdraws an event only while it was never sent", async () => {
    const { queue, received } = bench();
    const waiting = event();
    queue.push(waiting, false);
    expect(queue.withdraw(waiting.id)).toBe(true);
    const sent = event();
    queue.push(sent, true);
    expect(queue.withdraw(sent.id)).toBe(false);
    await queue.flush();
    expect(received).toEqual([[sent.id]]);
  });
});

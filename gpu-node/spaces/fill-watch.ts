import { Gauge, type Registry } from "prom-client";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { SpaceView } from "#shared/contract/node.ts";
import type { Log } from "../runtime/log.ts";

/** How far a space is that this node fills: for the log, the metrics and `GET /v1/models`. */
export interface FillWatch {
  begin(space: string, figures: { done: number; total: number }): void;
  advance(images: number): void;
  end(): void;
  of(space: string): SpaceView["filling"];
  /** Part of the images that are done, 0 to 1. */
  readonly share: number;
}

const toldEveryMs = 10 * secondMs;

interface Filling {
  space: string;
  done: number;
  total: number;
  /** Done since this run began, and when that was. */
  here: number;
  startedAt: number;
  toldAt: number;
}

export function fillWatch({ registry, log, clock }: { registry: Registry; log: Log; clock: Clock }): FillWatch {
  const images = new Gauge({ name: "miraveja_space_images", help: "Images of a space that is being filled: done, total", labelNames: ["space", "kind"], registers: [registry] });
  const eta = new Gauge({ name: "miraveja_space_eta_seconds", help: "Time until the space is filled, at the rate of this run so far", labelNames: ["space"], registers: [registry] });
  let filling: Filling | undefined;

  const etaSeconds = ({ done, total, here, startedAt }: Filling): number | null =>
    here === 0 ? null : Math.ceil(((total - done) * (clock() - startedAt)) / here / secondMs);

  const tell = (now: Filling): void => {
    now.toldAt = clock();
    log({ event: "space.filling", space: now.space, done: now.done, total: now.total, etaSeconds: etaSeconds(now) });
  };

  const show = (now: Filling): void => {
    images.set({ space: now.space, kind: "done" }, now.done);
    images.set({ space: now.space, kind: "total" }, now.total);
    const left = etaSeconds(now);
    if (left !== null) eta.set({ space: now.space }, left);
    if (clock() - now.toldAt >= toldEveryMs) tell(now);
  };

  return {
    begin(space, { done, total }) {
      filling = { space, done, total, here: 0, startedAt: clock(), toldAt: 0 };
      show(filling);
    },
    advance(count) {
      if (filling === undefined) return;
      filling.done += count;
      filling.here += count;
      // Images come in while others are seen.
      filling.total = Math.max(filling.total, filling.done);
      show(filling);
    },
    end() {
      if (filling !== undefined) tell(filling);
      filling = undefined;
      images.reset();
      eta.reset();
    },
    of: (space) => (filling?.space === space ? { done: filling.done, total: filling.total, eta_seconds: etaSeconds(filling) } : undefined),
    get share() {
      return filling === undefined || filling.total === 0 ? 0 : filling.done / filling.total;
    },
  };
}

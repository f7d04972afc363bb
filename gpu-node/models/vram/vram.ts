import type { MemoryTier, ModelRole } from "#shared/contract/node.ts";
import { describeError, type Log } from "../../runtime/log.ts";
import { capacityOf, readGpu, tierOf, type Device } from "./device.ts";
import { DoesNotFit, VramLedger, type Holding, type MemoryFigures } from "./ledger.ts";

/** A model as it is loaded, with what it was measured to take. */
export interface LoadedModel<T> {
  model: T;
  bytes: number;
  /** Frees all of it. May be called again after it failed. Must not ask the manager for other models. */
  unload: () => Promise<void>;
}

/** How to load one model, or one context of a model: whatever comes and goes as a whole. */
export interface ModelToLoad<T> {
  name: string;
  role: ModelRole;
  /** What it will take, rather too much than too little. */
  estimateBytes: number;
  pinned?: boolean;
  /** Asked for only while the estimate is reserved. What it builds on, it may lease from the manager and give back when unloaded. */
  load: () => Promise<LoadedModel<T>>;
}

/** A model for as long as the scope lasts: `using lease = await clip.use()`. It is not put away meanwhile. */
export interface Lease<T> extends Disposable {
  readonly model: T;
}

export interface ManagedModel<T> {
  /** Loads it where it is not there. Rejects with `DoesNotFit` before anything was loaded, or with the load's own error. */
  use(): Promise<Lease<T>>;
  /** Keeps it from being put away for others, or no longer. */
  pin(pinned: boolean): void;
}

export interface VramView {
  device: Pick<Device, "kind" | "name">;
  tier: MemoryTier;
  figures: MemoryFigures;
  /** Least recently used first. */
  holdings: Holding[];
  /** Since the start. */
  counts: Readonly<Record<"loaded" | "failed" | "refused" | "evicted", number>>;
}

/**
 * Lends memory to models: it reserves an estimate, loads, notes what was measured, and puts away the least recently used
 * where room is needed.
 *
 * Promises: a load that would not fit is refused with numbers and never begun; what is pinned or in use stays; of several
 * users of one model that is not there, one load serves all; a failed load leaves nothing reserved.
 */
export interface Vram {
  /** Makes a model known, under a name of its own; nothing is loaded yet. */
  manage<T>(model: ModelToLoad<T>): ManagedModel<T>;
  view(): VramView;
  /** Looks again at what other programs leave of the GPU; puts models away where it is too little now. */
  recheck(): Promise<void>;
  /** Puts everything away. */
  close(): Promise<void>;
}

export interface VramParts {
  device: Device;
  /** The operator's bound on what models take. */
  boundBytes?: number | undefined;
  log: Log;
  /** How the GPU tells what is free; undefined where it does not. */
  look?: () => Promise<Device | undefined>;
}

export function openVram({ device, boundBytes, log, look = readGpu }: VramParts): Vram {
  const ledger = new VramLedger(capacityOf(device, 0, boundBytes));
  const names = new Set<string>();
  const unloads = new Map<string, () => Promise<void>>();
  const counts = { loaded: 0, failed: 0, refused: 0, evicted: 0 };
  const loads = new Set<Promise<void>>();
  let tier = tierOf(device);
  let closed = false;

  /** Changes to who holds what come one after another, the putting away included. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<R>(change: () => Promise<R>): Promise<R> {
    const mine = last.then(change);
    last = mine.catch(() => undefined);
    return mine;
  }

  /** Only in turn. A model whose unloading fails keeps its bytes on the books, and is tried again when room is needed next. */
  async function putAway(leaving: string[]): Promise<void> {
    for (const [i, name] of leaving.entries()) {
      try {
        await unloads.get(name)!();
      } catch (error) {
        for (const other of leaving.slice(i + 1)) ledger.stay(other);
        throw error;
      }
      unloads.delete(name);
      ledger.release(name);
      counts.evicted++;
      log({ event: "model.evicted", model: name });
    }
  }

  function refuse(error: unknown, model: string): never {
    if (error instanceof DoesNotFit) {
      counts.refused++;
      const { capacityBytes, freeBytes, evictableBytes } = error.figures;
      log({ event: "model.refused", model, neededBytes: error.neededBytes, capacityBytes, freeBytes, evictableBytes });
    } else {
      counts.failed++;
      log({ event: "model.failed", model, ...describeError(error) });
    }
    throw error;
  }

  function manage<T>({ name, role, estimateBytes, pinned = false, load }: ModelToLoad<T>): ManagedModel<T> {
    if (names.has(name)) throw new RangeError(`the model ${name} is managed already`);
    names.add(name);
    let loaded: LoadedModel<T> | undefined;
    let loading: Promise<void> | undefined;

    async function bring(): Promise<void> {
      const startedAt = performance.now();
      await inTurn(async () => {
        await putAway(ledger.makeRoom(name, estimateBytes));
        ledger.reserve(name, role, estimateBytes, { pinned });
      });
      try {
        loaded = await load();
        await commit(loaded);
      } catch (error) {
        loaded = undefined;
        ledger.release(name);
        throw error;
      }
      counts.loaded++;
      log({ event: "model.loaded", model: name, bytes: loaded.bytes, ms: Math.round(performance.now() - startedAt) });
    }

    /** Notes what the load took; where that is more than there is room for, the model goes again. */
    function commit({ bytes, unload }: LoadedModel<T>): Promise<void> {
      return inTurn(async () => {
        try {
          await putAway(ledger.makeRoom(name, Math.max(0, bytes - estimateBytes)));
          ledger.commit(name, bytes);
        } catch (error) {
          await unload();
          throw error;
        }
        unloads.set(name, async () => {
          await unload();
          loaded = undefined;
        });
        // Those who waited for the load come to their turn before anybody can put it away again.
        ledger.take(name);
        setImmediate(() => ledger.giveBack(name));
      });
    }

    function startLoad(): Promise<void> {
      const started = bring()
        .catch((error: unknown) => refuse(error, name))
        .finally(() => {
          loading = undefined;
          loads.delete(started);
        });
      loads.add(started);
      return started;
    }

    return {
      async use() {
        if (closed) throw new Error("the node is stopping");
        while (!ledger.take(name)) await (loading ??= startLoad());
        let held = true;
        return {
          model: loaded!.model,
          [Symbol.dispose]: () => {
            if (held) ledger.giveBack(name);
            held = false;
          },
        };
      },
      pin(next) {
        pinned = next;
        if (ledger.holdings().some((one) => one.name === name && one.state !== "leaving")) ledger.pin(name, next);
      },
    };
  }

  return {
    manage,
    view: () => ({ device: { kind: device.kind, name: device.name }, tier, figures: ledger.figures(), holdings: ledger.holdings(), counts: { ...counts } }),
    recheck: () =>
      inTurn(async () => {
        // While a model loads, what it has taken by then cannot be told from what others took.
        if (device.kind === "cpu" || loads.size > 0) return;
        const now = await look();
        if (now === undefined || loads.size > 0) return;
        const { loadedBytes } = ledger.figures();
        const next = tierOf({ ...now, freeBytes: now.freeBytes + loadedBytes });
        if (next !== tier) log({ event: "model.tier", tier: next, freeBytes: now.freeBytes });
        tier = next;
        await putAway(ledger.resize(capacityOf(now, loadedBytes, boundBytes)));
      }),
    async close() {
      closed = true;
      await Promise.allSettled(loads);
      await inTurn(async () => {
        await Promise.allSettled([...unloads.values()].map((unload) => unload()));
        unloads.clear();
      });
    },
  };
}

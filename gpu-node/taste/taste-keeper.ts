import { LRUCache } from "lru-cache";
import { Failure } from "#shared/contract/failures.ts";
import { defaultSettings, type Settings } from "#shared/contract/taste.ts";
import { selectEventsBeyondTaste, selectEventsSince, loggedEventOf, type InteractionLog, type LoggedEvent } from "#shared/stores/interaction-log.ts";
import { sql, type Database, type Row, type Statement } from "#shared/stores/database.ts";
import { readableTasteOf, saveTaste, selectTaste } from "#shared/stores/taste-store.ts";
import { settingsOf } from "#shared/stores/viewer-store.ts";
import { emptyTaste, type Taste } from "#shared/taste/taste.ts";
import { foldBatch, tasteAdvance, type TasteAdvanceParts } from "./taste-advance.ts";
import { Turns } from "./turns.ts";

/** A viewer as they are at this moment. */
export interface ViewerNow {
  taste: Taste;
  settings: Settings;
}

/** What has to be read to bring a viewer's taste up to their log, for callers that read more in the same round trip. */
export interface CatchUp {
  statements: Statement[];
  /** Takes the rows of `statements`, in their order. */
  finish: (results: Row[][]) => Promise<ViewerNow>;
}

/**
 * Keeps viewers' tastes in memory, each exactly as far as the log says. The log is the truth: whatever happens to the
 * memory or to the stored tastes, reading the events after a taste's offset and folding them is all that is ever done,
 * so an event counts once however often it is announced.
 */
export interface TasteKeeper {
  catchUp(viewerId: string): CatchUp;
  /** Caught up with the log at the moment of the call or later. */
  current(viewerId: string): Promise<ViewerNow>;
  /** How far the viewer's taste goes, once that is `offset` or more; nothing is read where it is that far already. */
  reach(viewerId: string, offset: number): Promise<number>;
  /** Catches up viewers whose log is ahead of their stored taste; how many were. Stops early when aborted. */
  catchUpAll(signal: AbortSignal): Promise<number>;
  /** Drops what memory holds of the viewer. */
  forget(viewerId: string): void;
  /** Stores every taste that has come further since it was stored. */
  flush(): Promise<void>;
}

export interface TasteKeeperParts extends TasteAdvanceParts {
  database: Database;
  log: Pick<InteractionLog, "since" | "behind" | "positivesUpTo">;
  /** Hears of what went wrong while nobody waited for it. */
  onFault: (what: "save" | "catch_up", error: unknown) => void;
  capacity?: number;
  saveDelayMs?: number;
}

const saveBatch = 20;
const catchUpBatch = 200;

export function tasteKeeper(parts: TasteKeeperParts): TasteKeeper {
  const { database, log, calibration, onFault, capacity = 2_000, saveDelayMs = 150 } = parts;
  const { space } = calibration;
  const memory = new LRUCache<string, Taste>({ max: capacity });
  const unsaved = new Map<string, Taste>();
  const advance = tasteAdvance(parts);
  const turns = new Turns();
  let saveTimer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();

  const drop = (viewerId: string): void => {
    memory.delete(viewerId);
    unsaved.delete(viewerId);
  };

  const keep = (before: Taste | undefined, taste: Taste): void => {
    memory.set(taste.viewer_id, taste);
    if (taste.offset <= (before?.offset ?? 0)) return;
    unsaved.set(taste.viewer_id, taste);
    saveTimer ??= setTimeout(() => void flush().catch((error: unknown) => onFault("save", error)), saveDelayMs).unref();
  };

  const catchUp = (viewerId: string): CatchUp => {
    const held = memory.get(viewerId) ?? unsaved.get(viewerId);
    // The log is read before the stored taste: a taste stored in between has then come further, never less far.
    const statements = [
      sql(`select settings, event_count from viewers where id = $1`, viewerId),
      ...(held === undefined
        ? [selectEventsBeyondTaste(viewerId, space, foldBatch), selectTaste(viewerId, space)]
        : [selectEventsSince(viewerId, held.offset, foldBatch)]),
    ];
    const finish = ([viewers, events = [], stored]: Row[][]): Promise<ViewerNow> =>
      turns.run(viewerId, async () => {
        const viewer = viewers?.[0];
        if (viewer === undefined) {
          drop(viewerId);
          return { taste: emptyTaste(viewerId, space), settings: defaultSettings };
        }
        const settings = settingsOf(viewer["settings"]);
        const start = furthest(memory.get(viewerId), unsaved.get(viewerId), readableTasteOf(stored?.[0]));
        const gap = held !== undefined && (start === undefined || start.offset < held.offset);
        const ahead = start !== undefined && start.offset > Number(viewer["event_count"]) && held === start;
        if (ahead) drop(viewerId);
        // Another build's: the events read begin after it, and it says nothing that this one can go on from.
        const foreign = stored?.[0] !== undefined && readableTasteOf(stored[0]) === undefined;
        if (gap || ahead || foreign) return { taste: await readAnew(viewerId), settings };
        return { taste: await foldOn(start ?? emptyTaste(viewerId, space), start, events.map(loggedEventOf)), settings };
      });
    return { statements, finish };
  };

  /** Folds what was read, and goes on reading while there may be more. */
  const foldOn = async (from: Taste, kept: Taste | undefined, first: readonly LoggedEvent[]): Promise<Taste> => {
    let taste = from;
    let before = kept;
    for (let events = first; ; events = await log.since(from.viewer_id, taste.offset, foldBatch)) {
      taste = await advance(taste, events);
      keep(before, taste);
      before = taste;
      if (events.length < foldBatch) return taste;
    }
  };

  /** From the stored taste on, whatever memory held. Call within the viewer's turn. */
  const readAnew = async (viewerId: string): Promise<Taste> => {
    const stored = readableTasteOf((await database.query(selectTaste(viewerId, space)))[0]);
    const from = stored ?? emptyTaste(viewerId, space);
    return foldOn(from, stored, await log.since(viewerId, from.offset, foldBatch));
  };

  const current = async (viewerId: string): Promise<ViewerNow> => {
    const { statements, finish } = catchUp(viewerId);
    return finish(await database.transaction(statements));
  };

  const reach = async (viewerId: string, offset: number): Promise<number> => {
    const held = memory.get(viewerId);
    return held !== undefined && held.offset >= offset ? held.offset : (await current(viewerId)).taste.offset;
  };

  const saveUnsaved = async (): Promise<void> => {
    while (unsaved.size > 0) {
      // In one order everywhere, so that two nodes never wait for each other's rows.
      const batch = [...unsaved.values()].slice(0, saveBatch).sort((a, b) => (a.viewer_id < b.viewer_id ? -1 : 1));
      const results = await database.transaction(batch.map(saveTaste)).catch((error: unknown) => {
        // Refused for what it says, not for want of a database: trying it at once again would hold up all others.
        if (!(error instanceof Failure)) for (const taste of batch) drop(taste.viewer_id);
        throw error;
      });
      batch.forEach((taste, i) => {
        if (unsaved.get(taste.viewer_id) === taste) unsaved.delete(taste.viewer_id);
        // Not written: the stored taste has come as far or further, or the viewer is gone. Either way, read it next time.
        if (results[i]?.length === 0 && memory.get(taste.viewer_id) === taste) memory.delete(taste.viewer_id);
      });
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    saving = saving.catch(() => undefined).then(saveUnsaved);
    return saving;
  };

  const catchUpAll = async (signal: AbortSignal): Promise<number> => {
    let count = 0;
    let after: string | null = null;
    for (;;) {
      const viewers: { viewer_id: string }[] = await log.behind(space, after, catchUpBatch);
      for (const { viewer_id } of viewers) {
        if (signal.aborted) return count;
        try {
          await current(viewer_id);
          count++;
        } catch (error) {
          onFault("catch_up", error);
        }
      }
      await flush();
      after = viewers.at(-1)?.viewer_id ?? null;
      if (viewers.length < catchUpBatch || signal.aborted) return count;
    }
  };

  return { catchUp, current, reach, catchUpAll, forget: drop, flush };
}

function furthest(...tastes: (Taste | undefined)[]): Taste | undefined {
  return tastes.reduce((best, taste) => (taste !== undefined && taste.offset >= (best?.offset ?? 0) ? taste : best), undefined);
}

import type { InteractionLog, LoggedEvent } from "#shared/stores/interaction-log.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { applyEventsInSteps, foldLogInSteps, imagesNeeded, needsHistory, needsRebuild } from "#shared/taste/fold.ts";
import { signalStrength, type TasteEvent } from "#shared/taste/signal.ts";
import { tasteConfig, type TasteConfig } from "#shared/taste/taste-config.ts";
import { emptyTaste, type Taste } from "#shared/taste/taste.ts";
import type { ImageMemory } from "./image-memory.ts";
import { inStretches } from "./in-stretches.ts";

export interface TasteAdvanceParts {
  log: Pick<InteractionLog, "since" | "positivesUpTo">;
  images: Pick<ImageMemory, "vectors">;
  calibration: SpaceCalibration;
  config?: TasteConfig;
}

/** Events read and folded at a time. */
export const foldBatch = 1_000;

/**
 * Brings a taste forward over events read from the log, and reads whatever else that takes: vectors, the positives that a
 * re-clustering looks back on, the whole log when something in it was undone. Long work gives way to others in between.
 */
export function tasteAdvance({ log, images, calibration, config = tasteConfig }: TasteAdvanceParts): (taste: Taste, logged: readonly LoggedEvent[]) => Promise<Taste> {
  const { space } = calibration;

  /** Images named by events that say something; the others' vectors are not worth reading. */
  const vectorsFor = async (taste: Taste, events: readonly TasteEvent[], history: readonly TasteEvent[] = []) => {
    const vectors = await images.vectors(imagesNeeded(taste, events.filter((event) => signalStrength(event) !== 0 || event.kind === "move"), history));
    return (id: string) => vectors.get(id);
  };

  /** The taste of the viewer's whole log up to and with `last`: an undo cannot be folded forward. */
  const rebuild = async (viewerId: string, last: number): Promise<Taste> => {
    const events: TasteEvent[] = [];
    for (let offset = 0; offset < last; ) {
      const batch = (await log.since(viewerId, offset, foldBatch)).filter((event) => event.viewer_seq <= last).map(tasteEventOf);
      events.push(...batch.filter((event) => event.kind === "undo" || bearsTaste(event)));
      offset = batch.at(-1)?.viewer_seq ?? last;
    }
    const vectorOf = await vectorsFor(emptyTaste(viewerId, space), events);
    const taste = await inStretches(foldLogInSteps(viewerId, space, events, vectorOf, calibration, { config }));
    return { ...taste, offset: last };
  };

  return async (taste, logged) => {
    const events = logged.map(tasteEventOf).filter((event) => event.viewer_seq > taste.offset);
    if (events.length === 0) return taste;
    if (needsRebuild(taste, events)) return rebuild(taste.viewer_id, events.at(-1)!.viewer_seq);
    const history = needsHistory(taste, events) ? (await log.positivesUpTo(taste.viewer_id, taste.offset, config.recluster.points)).map(tasteEventOf) : [];
    return inStretches(applyEventsInSteps(taste, events, await vectorsFor(taste, events, history), calibration, { history, config }));
  };
}

/** An event as the taste engine takes it. */
export function tasteEventOf({ viewer_seq, event_id, kind, image_id, value, target, at }: LoggedEvent): TasteEvent {
  return {
    viewer_seq, event_id, kind, at,
    ...(image_id === null ? {} : { image_id }),
    ...(value === null ? {} : { value }),
    ...(target === null ? {} : { target }),
  };
}

const controls: ReadonlySet<TasteEvent["kind"]> = new Set(["forget_puddle", "forget_suppressed", "recluster", "move", "reset"]);

function bearsTaste(event: TasteEvent): boolean {
  return signalStrength(event) !== 0 || controls.has(event.kind);
}

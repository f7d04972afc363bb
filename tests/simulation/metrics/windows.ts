import { actedOn, holds, isLike, trueAffinity, viewerModel } from "../viewer-model.ts";
import type { SimViewer } from "../viewer-model.ts";
import type { SimImage } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";

/** Slots over which a taste's share is read. */
export const windowSlots = 24;
/** A new taste is noticed when it has this part of the window; an abandoned one is dropped when it has less than that. */
export const noticedAt = 0.2;
export const droppedUnder = 0.05;
/** Below this a viewer has no reason to like an image but chance. */
const noReason = 0.2;

/** How long something took; `reached` is false when it never came about, and the steps are then those there were. */
export interface Steps {
  slots: number;
  acted: number;
  reached: boolean;
}

/** From the new taste's appearance, and from the first like it earned, until it has its part of the window. */
export function stepsToNotice(viewer: SimViewer, slots: readonly LoggedSlot[]): { fromAppearance: Steps; fromFirstLike: Steps | undefined } | undefined {
  if (viewer.appears === undefined) return undefined;
  const { taste } = viewer.tastes[viewer.appears]!;
  const from = slots.findIndex(({ page }) => page >= viewerModel.appearsOnPage);
  if (from < 0) return undefined;
  const isOfIt = slots.map(({ image }) => taste.has[image]! === 1);
  const noticed = firstWindow(isOfIt, from, (count) => count >= noticedAt * windowSlots);
  const liked = slots.findIndex((slot, i) => i >= from && isOfIt[i]! && slot.reaction.some(({ kind }) => isLike(kind)));
  return {
    fromAppearance: stepsBetween(slots, from, noticed),
    fromFirstLike: liked < 0 ? undefined : stepsBetween(slots, liked + 1, noticed === undefined ? undefined : Math.max(noticed, liked + 1)),
  };
}

/**
 * From the page on which a taste is abandoned until the window holds hardly any of what only that taste would explain; nothing where
 * the window held no more than that already, since then there was nothing to drop.
 */
export function stepsToDrop(viewer: SimViewer, slots: readonly LoggedSlot[], images: readonly SimImage[]): Steps | undefined {
  if (viewer.abandoned === undefined) return undefined;
  const { taste } = viewer.tastes[viewer.abandoned]!;
  const from = slots.findIndex(({ page }) => page >= viewerModel.abandonedOnPage);
  if (from < 0) return undefined;
  const isOfIt = slots.map(({ image, page }) => taste.has[image]! === 1 && trueAffinity(viewer, images[image]!, Math.max(page, viewerModel.abandonedOnPage)) < noReason);
  const dropped = firstWindow(isOfIt, from, (count) => count < droppedUnder * windowSlots);
  return dropped === from ? undefined : stepsBetween(slots, from, dropped);
}

/** Share that the abandoned taste still has of the window that begins `after` slots past the abandonment. */
export function shareAfterDrop(viewer: SimViewer, slots: readonly LoggedSlot[], images: readonly SimImage[], after: number): number | undefined {
  if (viewer.abandoned === undefined) return undefined;
  const { taste } = viewer.tastes[viewer.abandoned]!;
  const from = slots.findIndex(({ page }) => page >= viewerModel.abandonedOnPage);
  const rest = from < 0 ? [] : slots.slice(from + after, from + after + windowSlots);
  if (rest.length === 0) return undefined;
  return rest.filter(({ image, page }) => taste.has[image]! === 1 && trueAffinity(viewer, images[image]!, page) < noReason).length / rest.length;
}

/** The first slot count `n ≥ from` at which the window of the last slots before n fits. */
function firstWindow(flags: readonly boolean[], from: number, fits: (count: number) => boolean): number | undefined {
  for (let n = from; n <= flags.length; n++) {
    let count = 0;
    for (let i = Math.max(0, n - windowSlots); i < n; i++) if (flags[i]!) count++;
    if (fits(count)) return n;
  }
  return undefined;
}

function stepsBetween(slots: readonly LoggedSlot[], from: number, until: number | undefined): Steps {
  const passed = slots.slice(from, until ?? slots.length);
  return { slots: passed.length, acted: passed.filter(({ reaction }) => actedOn(reaction)).length, reached: until !== undefined };
}

/** The part of a viewer's true tastes that a feed found: those of which it showed at least `leastSlots` and one was liked. */
export function tastesFound(viewer: SimViewer, slots: readonly LoggedSlot[], leastSlots: number): number {
  const found = viewer.tastes.filter((one) => {
    const ofIt = slots.filter(({ image, page }) => holds(one, page) && one.taste.has[image]! === 1);
    return ofIt.length >= leastSlots && ofIt.some(({ reaction }) => reaction.some(({ kind }) => isLike(kind)));
  });
  return found.length / viewer.tastes.length;
}

import { isLike, viewerModel } from "../viewer-model.ts";
import type { SimViewer } from "../viewer-model.ts";
import type { Catalogue } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";
import type { World } from "../world/world.ts";
import { popularOrder } from "../policies/popular.ts";
import { miscalibration } from "./calibration.ts";
import { streamNdcg } from "./ranking.ts";
import { intraListDiversity, labelDistance, novelty, repeats, serendipity, vectorDistance } from "./variety.ts";
import { shareAfterDrop, stepsToDrop, stepsToNotice, tastesFound } from "./windows.ts";

/** Slots of a taste from which it counts as found, once one of them was liked. */
const leastSlots = 8;
const ndcgDepth = 20;
/** Slots after which an abandoned taste should be gone. */
const goneAfter = 60;

/**
 * What one viewer's stream under one policy comes to. Figures that do not apply are absent. Steps to notice and to drop count all that were
 * left where it never came about; those that end in `_reached` are of viewers with whom it did.
 */
export interface ViewerFigures {
  figures: Partial<Record<FigureName, number>>;
  /** Likes by page. */
  likesByPage: number[];
  /** Images shown, for what is counted over all viewers. */
  shown: number[];
}

export const figureNames = [
  "likes_per_100_slots", "tastes_found", "tastes_liked", "ndcg_20",
  "notice_acted", "notice_acted_reached", "notice_slots", "notice_from_like_slots", "noticed",
  "drop_acted", "drop_acted_reached", "drop_slots", "dropped", "share_of_dropped_after_60",
  "miscalibration", "diversity_labels", "diversity_vectors", "novelty_bits", "serendipity_per_100", "repeats",
] as const;
export type FigureName = (typeof figureNames)[number];

/** `clean` is the catalogue with the encoder's own vectors: variety is measured there, however bad the vectors a policy has. */
export function viewerMeasure(world: World, clean: Catalogue): (viewer: SimViewer, slots: readonly LoggedSlot[]) => ViewerFigures {
  const { images } = clean;
  const wellLiked = new Set(popularOrder(world).slice(0, Math.floor(images.length / 5)));
  const byLabels = labelDistance(images);
  const byVectors = vectorDistance(clean);
  return (viewer, slots) => {
    const liked = slots.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind)));
    const notice = stepsToNotice(viewer, slots);
    const drop = stepsToDrop(viewer, slots, images);
    const left = shareAfterDrop(viewer, slots, images, goneAfter);
    return {
      likesByPage: Array.from({ length: viewerModel.pages }, (_, page) => liked.filter((slot) => slot.page === page).length),
      shown: slots.map(({ image }) => image),
      figures: {
        likes_per_100_slots: (100 * liked.length) / Math.max(1, slots.length),
        tastes_found: tastesFound(viewer, slots, leastSlots),
        tastes_liked: tastesFound(viewer, slots, 1),
        ndcg_20: streamNdcg(viewer, slots, images, ndcgDepth),
        ...(notice && {
          notice_acted: notice.fromAppearance.acted, notice_slots: notice.fromAppearance.slots, noticed: notice.fromAppearance.reached ? 1 : 0,
          ...(notice.fromAppearance.reached && { notice_acted_reached: notice.fromAppearance.acted }),
          ...(notice.fromFirstLike && { notice_from_like_slots: notice.fromFirstLike.slots }),
        }),
        ...(drop && { drop_acted: drop.acted, drop_slots: drop.slots, dropped: drop.reached ? 1 : 0, ...(drop.reached && { drop_acted_reached: drop.acted }) }),
        ...(left !== undefined && { share_of_dropped_after_60: left }),
        miscalibration: miscalibration(viewer, slots),
        diversity_labels: intraListDiversity(slots, byLabels),
        diversity_vectors: intraListDiversity(slots, byVectors),
        novelty_bits: novelty(slots, world.likes, world.warm.length),
        serendipity_per_100: serendipity(slots, images, wellLiked),
        repeats: repeats(slots),
      },
    };
  };
}

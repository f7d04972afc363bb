import { trueAffinity, viewerModel } from "../viewer-model.ts";
import { testViewerOf } from "../world/world.ts";
import type { MakePolicy } from "./policy.ts";

/**
 * Knows every viewer's true chance of liking every image and shows the likeliest: no policy, but what one could come to at most,
 * and what the other figures are when likes are all that is sought.
 */
export const oraclePolicy: MakePolicy = (world) => ({
  name: "oracle",
  feedFor: ({ id }) => {
    const viewer = testViewerOf(world, id);
    return {
      page: ({ history, seen, slots }) => {
        const page = Math.floor(history.length / viewerModel.slotsPerPage);
        const chances = world.catalogue.images.filter(({ index }) => !seen.has(index)).map((image) => ({ index: image.index, chance: trueAffinity(viewer, image, page) }));
        return chances.sort((a, b) => b.chance - a.chance || a.index - b.index).slice(0, slots).map(({ index }) => index);
      },
    };
  },
});

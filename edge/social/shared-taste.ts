import { mostUnsafe } from "#shared/contract/safety.ts";
import { aboutHowMany, fewestPeople, type Neighbours, type SharedTaste } from "#shared/contract/social.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import type { SocialView } from "#shared/stores/social-view.ts";
import type { TasteStore } from "#shared/stores/taste-store.ts";
import type { ViewerStore } from "#shared/stores/viewer-store.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";

/** Which of a viewer's puddles others share, and by about how many people each. Nobody can be told apart in it. */
export type ReadNeighbours = (viewerId: string) => Promise<Neighbours>;

export interface SharedTasteParts {
  social: Pick<SocialView, "sharedRegions">;
  viewers: Pick<ViewerStore, "settings">;
  tastes: Pick<TasteStore, "load">;
  regions: Pick<RegionStore, "all">;
  images: Pick<ImageStore, "byIds">;
  currentSpace: CurrentSpace;
}

const optedOut: Neighbours = {
  shared_taste: false,
  says: "You keep your taste to yourself: nobody is counted with you, and others' taste is not shown to you.",
  links: [],
};

export function readNeighbours(parts: SharedTasteParts): ReadNeighbours {
  return async (viewerId) => {
    const { shared_taste, safety } = await parts.viewers.settings(viewerId);
    if (!shared_taste) return optedOut;
    const links = await sharedTastes(parts, viewerId, mostUnsafe[safety]);
    const says = links.length === 0
      ? `Nothing here yet: a taste is told once at least ${fewestPeople} others share it.`
      : `Others share ${links.length === 1 ? "one of your puddles" : `${links.length} of your puddles`}.`;
    return { shared_taste: true, says, links };
  };
}

/** A region others share is told by the viewer's heaviest puddle in it; one they have no puddle in any more is not told. */
async function sharedTastes({ social, tastes, regions, images, currentSpace }: SharedTasteParts, viewerId: string, limit: number): Promise<SharedTaste[]> {
  const space = await currentSpace();
  if (space === undefined) return [];
  const told = (await social.sharedRegions(space, viewerId)).filter(({ people }) => people >= fewestPeople);
  if (told.length === 0) return [];
  const [taste, all] = await Promise.all([tastes.load(viewerId, space), regions.all(space)]);
  const puddleIn = new Map(
    [...(taste?.puddles ?? [])].sort((a, b) => a.weight - b.weight).flatMap((puddle) => {
      const found = assignRegion(puddle.centroid, all);
      return found === undefined ? [] : [[found.region.id, { puddle, label: found.region.label }] as const];
    }),
  );
  const shown = new Map((await images.byIds([...puddleIn.values()].map(({ puddle }) => puddle.medoid_image_id), limit)).map((image) => [image.id, image]));
  return told.flatMap(({ region_id, people }) => {
    const mine = puddleIn.get(region_id);
    const image = shown.get(mine?.puddle.medoid_image_id ?? "");
    if (mine === undefined || image === undefined) return [];
    return [{ puddle_id: mine.puddle.id, people: aboutHowMany(people), image, region: { id: region_id, label: mine.label } }];
  });
}

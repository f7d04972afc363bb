import { aboutHowMany, type Communities } from "#shared/contract/social.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { SocialView } from "#shared/stores/social-view.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";
import { forEveryone } from "../viewer/safety-level.ts";

/** The communities, the same for everyone; a viewer is told besides which one is theirs. */
export type ListCommunities = (viewerId: string | null) => Promise<Communities>;

export interface CommunityParts {
  social: Pick<SocialView, "communities" | "communityOf" | "bridges">;
  images: Pick<ImageStore, "byIds">;
  currentSpace: CurrentSpace;
}

const topImages = 6;
const bridgesRead = 200;
const imagesPerBridge = 4;
const mostBridges = 24;

export function listCommunities({ social, images, currentSpace }: CommunityParts): ListCommunities {
  return async (viewerId) => {
    const space = await currentSpace();
    if (space === undefined) return { communities: [], bridges: [] };
    const [stored, lying, own] = await Promise.all([
      social.communities(space),
      social.bridges(space, bridgesRead),
      viewerId === null ? null : social.communityOf(space, viewerId),
    ]);
    const bridges = byPair(lying, new Set(stored.map(({ id }) => id)));
    const wanted = [...stored.flatMap((one) => one.top_image_ids.slice(0, topImages)), ...bridges.flatMap((bridge) => bridge.ids)];
    const shown = new Map((await images.byIds([...new Set(wanted)], forEveryone)).map((image) => [image.id, image]));
    const picturesOf = (ids: readonly string[]) => ids.flatMap((id) => shown.get(id) ?? []);
    return {
      communities: stored.map(({ id, label, people, top_image_ids }) => ({
        id, label, people: aboutHowMany(people), top_images: picturesOf(top_image_ids.slice(0, topImages)),
        ...(viewerId === null ? {} : { yours: id === own }),
      })),
      bridges: bridges.map(({ between, ids }) => ({ between, images: picturesOf(ids) })).filter((bridge) => bridge.images.length > 0),
    };
  };
}

/** Bridging images by the pair of told communities they lie between, in the order of each pair's best. */
export function byPair(lying: readonly { image_id: string; community_ids: readonly string[] }[], told: ReadonlySet<string>): { between: [string, string]; ids: string[] }[] {
  const pairs = new Map<string, { between: [string, string]; ids: string[] }>();
  for (const { image_id, community_ids } of lying) {
    const ends = community_ids.filter((id) => told.has(id)).sort();
    for (const [index, a] of ends.entries()) {
      for (const b of ends.slice(index + 1)) {
        const name = JSON.stringify([a, b]);
        const pair = pairs.get(name) ?? { between: [a, b] as [string, string], ids: [] };
        if (pair.ids.length < imagesPerBridge) pair.ids.push(image_id);
        pairs.set(name, pair);
      }
    }
  }
  return [...pairs.values()].slice(0, mostBridges);
}

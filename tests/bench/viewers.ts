import { randomUUID } from "node:crypto";
import { ApiViewer } from "#tests/harness/viewer.ts";
import type { SyntheticGallery } from "./synthetic-gallery.ts";
import type { World } from "./world.ts";

export const puddlesEach = 16;
const likesPerPuddle = 4;

export async function newViewer({ stack }: World): Promise<ApiViewer> {
  const id = randomUUID();
  return new ApiViewer(stack.url, id, await stack.token(["viewer"], id));
}

/** Viewers who like four images of each of sixteen styles, by way of the edge and its log; none shares all styles with the next. */
export async function viewersWithPuddles(world: World, gallery: SyntheticGallery, count: number): Promise<ApiViewer[]> {
  const viewers: ApiViewer[] = [];
  for (let index = 0; index < count; index++) {
    const viewer = await newViewer(world);
    const likes = Array.from({ length: puddlesEach * likesPerPuddle }, (_, i) => {
      const liked = gallery.ofStyle(index + 2 * (i % puddlesEach));
      return { kind: "like" as const, imageId: liked[(index * likesPerPuddle + Math.floor(i / puddlesEach)) % liked.length]! };
    });
    const receipt = await viewer.act(...likes);
    await world.observe([{ viewer_id: viewer.id, offset: receipt.offset }]);
    viewers.push(viewer);
  }
  const { puddles } = await viewers[0]!.taste();
  if (puddles.length !== puddlesEach) throw new Error(`a viewer of the bench has ${puddles.length} puddles, not ${puddlesEach}: the gallery's styles lie too near together or too far apart`);
  return viewers;
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomPolicy } from "./policies/popular.ts";
import { runViewer } from "./run-viewer.ts";
import { isLike } from "./viewer-model.ts";
import type { Catalogue } from "./world/catalogue.ts";
import { makeWorld, testViewer } from "./world/world.ts";
import type { LoggedSlot } from "./world/warm-log.ts";

/**
 * Writes a world's log for `npm run replay`: what the warm population was shown and liked, and what viewers under test
 * were and did when every image was as likely as another, so that what is held out of them owes nothing to a policy. Rating 1 is
 * a like, 0 a slot without one.
 */
export async function writeLog(folder: string, catalogue: Catalogue, seed: number, viewers: number): Promise<{ ratings: string; vectors: string; lines: number }> {
  const world = makeWorld(catalogue, seed);
  const lines = ["viewer,image,rating,timestamp"];
  const add = (viewer: string, slots: readonly LoggedSlot[]) => {
    for (const { image, at, reaction } of slots) lines.push(`${viewer},${catalogue.images[image]!.id},${reaction.some(({ kind }) => isLike(kind)) ? 1 : 0},${at}`);
  };
  for (const { viewer, slots } of world.warm) add(viewer.id, slots);
  const policy = randomPolicy(world);
  for (let index = 0; index < viewers; index++) {
    const viewer = testViewer(world, index);
    add(viewer.id, await runViewer(world, policy, viewer));
  }
  await mkdir(folder, { recursive: true });
  const [ratings, vectors] = [join(folder, "ratings.csv"), join(folder, "vectors.f32")];
  await writeFile(ratings, `${lines.join("\n")}\n`);
  await writeFile(vectors, new Uint8Array(catalogue.vectors.buffer, catalogue.vectors.byteOffset, catalogue.vectors.byteLength));
  await writeFile(join(folder, "vectors.ids.json"), JSON.stringify(catalogue.images.map(({ id }) => id)));
  return { ratings, vectors, lines: lines.length - 1 };
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "#shared/kernel/random.ts";
import { simulateGallery } from "#tests/simulation/simulated-gallery.ts";

/**
 * Test support: a log whose makers are known. In a world of looks a viewer likes two styles; in one of scenes a viewer likes what
 * their scene passes around, images scattered over all styles, so that no picture shows why.
 */
export async function writeSyntheticLog(folder: string, { world, viewers = 90, each = 40, seed = 3 }: { world: "looks" | "scenes"; viewers?: number; each?: number; seed?: number }): Promise<{ ratings: string; vectors: string }> {
  const { images } = simulateGallery({ styles: 12, perStyle: 20, dim: 32, seed });
  const random = seededRandom(`log ${seed}`);
  const scenes = Array.from({ length: 6 }, () => images.filter(() => random() < 0.15));
  const lines = ["timestamp,rating,viewer,image"];
  for (let v = 0; v < viewers; v++) {
    const styles = [0, 1].map(() => `style${Math.floor(random() * 12)}`);
    const likes = world === "looks" ? images.filter(({ style }) => styles.includes(style)) : scenes[v % scenes.length]!;
    const met = new Set<string>();
    for (let n = 0; n < each; n++) {
      const from = random() < 0.5 ? likes : images;
      const { image_id } = from[Math.floor(random() * from.length)]!;
      if (met.has(image_id)) continue;
      met.add(image_id);
      const liked = random() < (likes.some((one) => one.image_id === image_id) ? 0.8 : 0.05);
      lines.push(`${1_700_000_000 + v + 3_600 * n},${liked ? 5 : 2 + Math.floor(2 * random())},viewer-${v},${image_id}`);
    }
  }
  const base = join(folder, world);
  await writeFile(`${base}.csv`, `${lines.join("\n")}\n`);
  await writeFile(`${base}.ids.json`, JSON.stringify(images.map(({ image_id }) => image_id)));
  await writeFile(`${base}.f32`, new Uint8Array(Float32Array.from(images.flatMap(({ vector }) => [...vector])).buffer));
  return { ratings: `${base}.csv`, vectors: base };
}

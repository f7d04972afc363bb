/**
 * How well searching finds what it should, on the gallery: `node tests/bench/search/main.ts [IMAGES A STYLE]`
 *
 * Draws the gallery, places it with the dual encoder that ships with the project, and asks by words alone, by how images look alone and
 * by both fused, over a database of its own. Prints Markdown: of the first ten images found, the share of the style asked for.
 */
import { SearchQuery } from "#shared/contract/search.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { imageSearch } from "#shared/stores/image-search.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { tellingWords, nearestKind } from "#shared/taste/zero-shot.ts";
import { unit } from "#shared/kernel/vector.ts";
import { searchImages, type SearchImages, type SearchParts } from "#edge/search/search-images.ts";
import { eyesEncoder, eyesText } from "#gpu-node/models/eyes/eyes.ts";
import { moodDirections, regionDirections } from "#gpu-node/models/zero-shot-words.ts";
import { galleryEntries } from "#local/gallery/gallery.ts";
import { readByEyes, seenGallery } from "../../harness/seen-gallery.ts";
import { embeddedDatabase } from "../../suites/embedded-database.ts";

const perStyle = Number(process.argv[2] ?? Infinity);
const first = 10;

await using embedded = await embeddedDatabase();
const { database } = embedded;
const entries = [...Map.groupBy(galleryEntries(), ({ style }) => style).values()].flatMap((series) => series.slice(0, perStyle));
const seen = await seenGallery(database, entries);
const styles = [...new Set(entries.map(({ style }) => style))];

const parts: SearchParts = {
  search: imageSearch(database), images: imageStore(database), vectors: pgvectorStore(database),
  log: { refusedBy: () => Promise.resolve([]) },
  textVectors: readByEyes,
  lists: { byId: () => Promise.resolve(undefined), fresh: () => Promise.resolve(undefined), keep: () => Promise.resolve() },
  places: { read: () => { throw new Error("unused"); }, cursor: () => "" },
  currentSpace: () => Promise.resolve(eyesEncoder.space),
};
const ways: Record<string, SearchImages> = {
  words: searchImages({ ...parts, textVectors: () => Promise.resolve("unread") }),
  looks: searchImages({ ...parts, search: { ...parts.search, byWords: () => Promise.resolve([]) } }),
  both: searchImages(parts),
};

const random = seededRandom("slips");
/** One letter but the first left out, doubled, or changed places with the next. */
function withSlip(text: string): string {
  const at = 1 + Math.floor(random() * (text.length - 2));
  const kind = Math.floor(random() * 3);
  const [before, letter, next, after] = [text.slice(0, at), text[at]!, text[at + 1]!, text.slice(at + 2)];
  return kind === 0 ? before + next + after : kind === 1 ? before + letter + letter + next + after : before + next + letter + after;
}

interface Asked {
  q: string;
  style: string;
}
const spoken = (style: string) => style.replaceAll("-", " ");
const asked: Record<string, Asked[]> = {
  "a style's title": styles.map((style) => ({ q: spoken(style), style })),
  "a style's title with one slip": styles.map((style) => ({ q: withSlip(spoken(style)), style })),
  "a caption": entries.filter((_, i) => i % 4 === 0).map(({ caption, style }) => ({ q: caption, style })),
  "a caption and its tags": entries.filter((_, i) => i % 4 === 0).map(({ caption, tags, style }) => ({ q: `${caption}, ${tags.join(", ")}`, style })),
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
console.log(`Of the first ten of ${entries.length} images, those of the style asked for.\n\n| asked for | queries | ${Object.keys(ways).join(" | ")} |\n|---|---|${Object.keys(ways).map(() => "---|").join("")}`);
for (const [name, queries] of Object.entries(asked)) {
  const shares: string[] = [];
  for (const search of Object.values(ways)) {
    const found: number[] = [];
    for (const { q, style } of queries) {
      const { items } = await search(null, "open", SearchQuery.parse({ q: q.slice(0, 200), limit: first }), "");
      found.push(items.filter(({ image }) => image.style === style).length / Math.min(first, entries.filter((entry) => entry.style === style).length));
    }
    shares.push(mean(found).toFixed(3));
  }
  console.log(`| ${name} | ${queries.length} | ${shares.join(" | ")} |`);
}

const kinds = await moodDirections(eyesText);
const read = seen.map(({ entry, vector }) => ({ told: entry.mood, read: nearestKind(vector, kinds, eyesText.calibration) }));
const said = read.filter((one) => one.read !== undefined);
console.log(`\nMoods: said of ${said.length} of ${seen.length} images, right for ${mean(said.map((one) => Number(one.read === one.told))).toFixed(2)} of those (six moods).`);

const middles = styles.map((style) => {
  const own = seen.filter(({ entry }) => entry.style === style).map(({ vector }) => vector);
  return unit(Float32Array.from({ length: eyesText.dim }, (_, i) => own.reduce((sum, vector) => sum + vector[i]!, 0)));
});
const words = tellingWords(middles, await regionDirections(eyesText), eyesText.calibration, 3);
console.log(`\n| style | words by its looks |\n|---|---|\n${styles.map((style, s) => `| ${style} | ${words[s]!.join(", ")} |`).join("\n")}`);

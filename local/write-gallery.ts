/** `node local/write-gallery.ts FOLDER`: the gallery's pictures and a `labels.json`, for fitting and measuring encoders. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawEntry, galleryEntries } from "./gallery/gallery.ts";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Name the folder to write the gallery to.");

await mkdir(join(folder, "images"), { recursive: true });
const labels = [];
for (const entry of galleryEntries()) {
  const file = `images/${entry.key}.jpg`;
  await writeFile(join(folder, file), await drawEntry(entry));
  labels.push({ file, style: entry.style, title: entry.caption, tags: entry.tags });
}
await writeFile(join(folder, "labels.json"), `[\n${labels.map((label) => JSON.stringify(label)).join(",\n")}\n]\n`);

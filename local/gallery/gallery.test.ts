import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawEntry, galleryEntries } from "./gallery.ts";
import { moods } from "./style.ts";
import { styles } from "./styles/all.ts";

const entries = galleryEntries();
const firstOfEach = styles.map((style) => entries.find((entry) => entry.style === style.name)!);

describe("the gallery's list", () => {
  it("fills a first visit: at least 600 images in at least 24 styles", () => {
    expect(entries.length).toBeGreaterThanOrEqual(600);
    expect(new Set(entries.map((entry) => entry.style)).size).toBeGreaterThanOrEqual(24);
  });

  it("names every image once and hardly ever repeats a caption", () => {
    expect(new Set(entries.map((entry) => entry.key)).size).toBe(entries.length);
    expect(new Set(entries.map((entry) => entry.caption)).size).toBeGreaterThan(entries.length * 0.98);
  });

  it("describes every image: caption, three to six different tags, mood and creator", () => {
    for (const entry of entries) {
      expect(entry.caption.length, entry.key).toBeGreaterThan(3);
      expect(entry.tags.length, entry.key).toBeGreaterThanOrEqual(3);
      expect(entry.tags.length, entry.key).toBeLessThanOrEqual(6);
      expect(new Set(entry.tags).size, entry.key).toBe(entry.tags.length);
      expect(moods, entry.key).toContain(entry.mood);
      expect(entry.creator.length, entry.key).toBeGreaterThan(3);
    }
  });

  it("gives every combination of subject and palette a title of its own", () => {
    for (const style of styles) for (const subject of style.subjects) expect(subject.titles.length, style.name).toBe(style.palettes.length);
  });

  it("keeps neighbours on the wall in different styles and uses every mood", () => {
    for (let i = 1; i < entries.length; i++) expect(entries[i]!.key).not.toBe(entries[i - 1]!.key);
    const repeats = entries.filter((entry, i) => entry.style === entries[i - 1]?.style).length;
    expect(repeats).toBe(0);
    expect(new Set(entries.map((entry) => entry.mood)).size).toBe(moods.length);
  });

  it("is the same list every time", () => {
    expect(galleryEntries()).toEqual(entries);
  });
});

describe("a drawn image", () => {
  it.each(firstOfEach.map((entry) => [entry.style, entry] as const))("%s: is the same bytes twice, in bounds, and not a blank", async (_, entry) => {
    const [first, second] = [await drawEntry(entry), await drawEntry(entry)];
    expect(first.equals(second)).toBe(true);
    const { width, height, format } = await sharp(first).metadata();
    expect(format).toBe("jpeg");
    expect(Math.max(width, height)).toBeGreaterThanOrEqual(640);
    expect(Math.max(width, height)).toBeLessThanOrEqual(1000);
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(480);
    const { channels } = await sharp(first).stats();
    expect(Math.max(...channels.map((channel) => channel.stdev))).toBeGreaterThan(6);
  });

  it("refuses an entry of a style that is not there, by name", async () => {
    await expect(drawEntry({ ...entries[0]!, style: "sculpture" })).rejects.toThrow("sculpture");
  });
});

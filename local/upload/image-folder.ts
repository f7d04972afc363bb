import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join, relative } from "node:path";
import { z } from "zod";
import type { ImageLabels } from "#shared/contract/image.ts";
import { ImageLabels as Labels } from "#shared/contract/image.ts";

export interface FolderImage {
  /** Relative to the folder, as it is reported. */
  name: string;
  path: string;
  labels: Partial<ImageLabels>;
}

/** What `labels.json` may say of a file; unknown fields are passed over, tags longer than the contract takes are cut. */
const Entry = z.object({
  file: z.string().min(1),
  style: z.string().optional(),
  caption: z.string().optional(),
  tags: z.array(z.string()).optional(),
  mood: Labels.shape.mood.catch(null),
  creator: z.string().optional(),
});

const mediaTypes: Record<string, string> = {
  ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".avif": "image/avif",
};

/** By the file's name alone: the node looks at the bytes. */
export function mediaTypeOf(name: string): string | undefined {
  return mediaTypes[extname(name).toLowerCase()];
}

/**
 * The images below a folder, in the order of their names, with labels from `labels.json` where there is one and from
 * file and folder names otherwise. Throws one line naming what is wrong with `labels.json`.
 */
export async function imagesIn(folder: string): Promise<FolderImage[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && mediaTypeOf(entry.name) !== undefined)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const labelled = await labelsOf(folder);
  return files.map((name) => ({ name, path: join(folder, name), labels: labelled.get(name.replaceAll("\\", "/")) ?? labelsFromName(name) }));
}

async function labelsOf(folder: string): Promise<Map<string, Partial<ImageLabels>>> {
  const file = join(folder, "labels.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return new Map();
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
  const parsed = z.array(Entry).safeParse(raw);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const [index, ...field] = path;
    const where = index === undefined ? "the whole" : `entry ${String(index)}${field.length === 0 ? "" : `, ${field.join(".")}`}`;
    throw new Error(`${file}: ${where}: ${message}`);
  }
  return new Map(parsed.data.map((entry) => [entry.file, labelsFromEntry(entry)]));
}

function labelsFromEntry({ file, style = "", caption, tags = [], mood, creator }: z.infer<typeof Entry>): Partial<ImageLabels> {
  return {
    caption: (caption ?? titled(basename(file, extname(file)))).slice(0, 300),
    style: style.slice(0, 80),
    tags: [...new Set(tags.map((tag) => tag.trim().slice(0, 60)).filter((tag) => tag !== ""))].slice(0, 32),
    mood,
    creator: (creator ?? titled(style)).slice(0, 120),
  };
}

/** `harbours/old-town--night.webp` has the tags harbours, old town and night. */
function labelsFromName(name: string): Partial<ImageLabels> {
  const stem = name.slice(0, -extname(name).length);
  const tags = stem.split(/[\\/]|--|_/).map((part) => part.replaceAll("-", " ").trim()).filter((part) => part !== "" && !/^\d+$/.test(part));
  return { caption: titled(basename(stem)).slice(0, 300), tags: [...new Set(tags.map((tag) => tag.slice(0, 60)))].slice(0, 32) };
}

function titled(words: string): string {
  const text = words.replace(/--/g, ", ").replace(/[-_]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

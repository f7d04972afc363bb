import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Sha256 } from "./digest.ts";
import { Json } from "./json.ts";
import { ModelUnavailable, systemCodeOf } from "./model-unavailable.ts";

const Content = z.strictObject({ sha256: Sha256, bytes: z.int().nonnegative() });
export type Content = z.infer<typeof Content>;

/**
 * What was pulled first, which everything later is held against: the commit a repository's revision stood for, so that all
 * its files come from one, and the content of each source.
 */
const Lock = z.strictObject({
  revisions: z.record(z.string(), z.string().regex(/^[0-9a-f]{40}$/)),
  files: z.record(z.string(), Content),
});
export type Lock = z.infer<typeof Lock>;

export async function readLock(file: string): Promise<Lock> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return { revisions: {}, files: {} };
    throw error;
  }
  const parsed = Json.pipe(Lock).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ModelUnavailable("wrong_digest", `${file}, the record of what was pulled, is damaged; restore it, or delete it to trust what the sources say today.`);
}

/** Adds to the record; whoever reads meanwhile finds the old one or the new one whole. One process writes at a time. */
export async function addToLock(file: string, added: Partial<Lock>): Promise<void> {
  const lock = await readLock(file);
  const grown: Lock = { revisions: { ...lock.revisions, ...added.revisions }, files: { ...lock.files, ...added.files } };
  await mkdir(dirname(file), { recursive: true });
  const draft = await open(`${file}.new`, "w");
  try {
    await draft.writeFile(`${JSON.stringify(grown, null, 2)}\n`);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
}

import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";

/** Writes a file so that whoever reads it, now or after a kill in the middle, finds the old text or the new one whole. */
export async function writeWhole(file: string, text: string, mode = 0o644): Promise<void> {
  const draft = `${file}.${randomUUID()}.new`;
  await writeFile(draft, text, { mode });
  await rename(draft, file);
}

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";

/** Where the fitting scripts keep what took long to make. */
export const keptFolder = new URL("../../../../.data/eyes/", import.meta.url);

/** Numbers that were made before, or are made now and kept; `name` says what they were made from. */
export async function kept(name: string, make: () => Promise<Float32Array>): Promise<Float32Array> {
  const file = new URL(name, keptFolder), part = new URL(`${name}.part`, keptFolder);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes) return new Float32Array(Uint8Array.from(bytes).buffer);
  const made = await make();
  await mkdir(keptFolder, { recursive: true });
  await writeFile(part, new Uint8Array(made.buffer, made.byteOffset, made.byteLength));
  await rename(part, file);
  return made;
}

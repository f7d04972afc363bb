import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "has to be a SHA-256, 64 hexadecimal digits");

/** How a source names a content: by its SHA-256, or as git does, by the SHA-1 of its length and itself. */
export interface Digest {
  kind: "sha256" | "git-blob";
  hex: string;
}

export async function digestOfFile(path: string, kind: Digest["kind"], signal?: AbortSignal): Promise<string> {
  const hash = createHash(kind === "sha256" ? "sha256" : "sha1");
  if (kind === "git-blob") hash.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { ...(signal === undefined ? {} : { signal }) });
  return hash.digest("hex");
}

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, readFile, writeFile } from "node:fs/promises";
import { build } from "vite";

const stampFile = "edge/web/dist/.built-from";

/** Builds the page unless what is built was made from these very sources; true when it had to. */
export async function buildWeb(): Promise<boolean> {
  const digest = await digestOfSources();
  if (existsSync(stampFile) && (await readFile(stampFile, "utf8")) === digest) return false;
  await build({ configFile: "edge/web/vite.config.ts", logLevel: "error" });
  await writeFile(stampFile, digest);
  return true;
}

async function digestOfSources(): Promise<string> {
  const files: string[] = ["package-lock.json"];
  for await (const entry of glob("edge/web/**/*", { withFileTypes: true, exclude: (entry) => entry.name === "dist" })) {
    if (entry.isFile() && !entry.name.endsWith(".test.ts")) files.push(`${entry.parentPath}/${entry.name}`);
  }
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
}

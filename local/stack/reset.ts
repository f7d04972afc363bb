import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { claimDataDir } from "./claim.ts";
import { killOrphans } from "./orphans.ts";
import { readSecrets } from "./secrets.ts";
import { StartFailed } from "./start-failed.ts";

/** What starts write into a data folder; nothing else in it is ever removed. */
const ours = /^(edge|logs|tmp|postgres|postgres\.(lock|unfinished)|stack\.lock|(secrets|running|processes|trusted-keys)\.json(\..*\.new)?|gallery-(filled|stored))$/;

/**
 * Forgets what a stack keeps in the folder. Refuses a folder that is in use and one that no stack has written; what others
 * put beside the stack's own files stays.
 */
export async function resetDataDir(dataDir: string): Promise<void> {
  const there = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new StartFailed("data_unusable", `${dataDir} cannot be read as a folder: ${error.message}`);
  });
  if (there.length === 0) return;
  const isOurs = await readSecrets(dataDir).then((secrets) => secrets !== undefined, () => false);
  if (!isOurs) throw new StartFailed("not_ours", `${dataDir} does not look like a MiraVeja data folder; --reset leaves it alone.`);
  using _claim = await claimDataDir(dataDir);
  await killOrphans(dataDir);
  for (const name of there.filter((one) => ours.test(one))) await rm(join(dataDir, name), { recursive: true, force: true });
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DataLockedError, lockDataDir } from "../postgres/data-lock.ts";
import { StartFailed } from "./start-failed.ts";

/**
 * Takes a data folder for this process alone until disposed, making it where there is none. Everything else in the folder
 * is read and written only by whoever holds this.
 */
export async function claimDataDir(dataDir: string): Promise<Disposable> {
  try {
    await mkdir(dataDir, { recursive: true });
    return lockDataDir(join(dataDir, "stack"));
  } catch (error) {
    if (error instanceof DataLockedError)
      throw new StartFailed("data_locked", `The data folder ${dataDir} is in use by another start; stop that one first, or choose another with --data.`);
    throw new StartFailed("data_unusable", `The data folder ${dataDir} cannot be used: ${(error as Error).message}`);
  }
}

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Long enough for a predecessor that was just killed to vanish from the process table. */
const busyTimeoutMs = 2_000;

export class DataLockedError extends Error {
  override name = "DataLockedError";
  readonly code = "data_locked";

  constructor(dataDir: string, options?: ErrorOptions) {
    super(`The data folder ${dataDir} is in use by another process; stop that one first, or choose another folder.`, options);
  }
}

/**
 * Takes `<dataDir>.lock` until disposed. PGlite has no directory lock of its own, and a second process that opens the same
 * folder loses rows silently. An exclusive SQLite transaction is an operating-system file lock on every platform: it
 * vanishes with its process, even after `kill -9`, so nothing stale is ever left to clean up.
 */
export function lockDataDir(dataDir: string): Disposable {
  mkdirSync(dirname(dataDir), { recursive: true });
  const lock = new DatabaseSync(`${dataDir}.lock`, { timeout: busyTimeoutMs });
  try {
    lock.exec("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    const busy = error instanceof Error && error.message.includes("database is locked");
    throw busy ? new DataLockedError(dataDir, { cause: error }) : error;
  }
  return { [Symbol.dispose]: () => lock.close() };
}

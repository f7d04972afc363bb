import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { parseKeySet, type KeySet } from "#shared/security/keys.ts";
import type { Log } from "./log.ts";

export interface Keyring {
  /** The keys trusted now; looks at the file again when a second has passed since the last look. */
  keys: () => Promise<KeySet>;
}

/**
 * The public keys in a file, followed without a restart: `{ "keys": { "<key id>": "<base64url>" } }`. Replace the file
 * by renaming a finished one over it. A file that cannot be read or parsed keeps the keys that were there, and says so
 * once. Throws where the first read fails: a node without keys serves nobody.
 */
export async function openKeyring(file: string, { clock, log }: { clock: Clock; log: Log }): Promise<Keyring> {
  let version = await versionOf(file);
  let current = await readKeys(file);
  let lookedAtMs = clock();
  let looking: Promise<void> | undefined;
  log({ event: "keyring.loaded", keyIds: [...current.keys()] });

  async function look(): Promise<void> {
    const found = await versionOf(file);
    if (found === version) return;
    version = found;
    try {
      current = await readKeys(file);
      log({ event: "keyring.loaded", keyIds: [...current.keys()] });
    } catch (error) {
      log({ event: "keyring.broken", file, problem: problemOf(error) });
    }
  }

  return {
    async keys() {
      if (clock() - lookedAtMs >= secondMs) {
        lookedAtMs = clock();
        looking = look().finally(() => (looking = undefined));
      }
      await looking;
      return current;
    },
  };
}

/** Changes whenever the file is written or replaced; taken before reading, so that a later change is seen again. */
async function versionOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(":");
  } catch {
    return "absent";
  }
}

async function readKeys(file: string): Promise<KeySet> {
  return parseKeySet(JSON.parse(await readFile(file, "utf8")));
}

/** One line that names what is wrong and quotes nothing of the file. */
function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`).join("; ");
  }
  if (error instanceof SyntaxError) return "the file is not JSON; the keys read before stay in force";
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "the file is gone; the keys read before stay in force";
  return "a key could not be imported; the keys read before stay in force";
}

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StartFailed } from "./start-failed.ts";
import { writeWhole } from "./whole-file.ts";

/** Everything secret in one embedded stack, made at its first start and kept beside its data. */
const Secrets = z.object({
  databasePassword: z.string(),
  redisToken: z.string(),
  jwtSecret: z.string(),
  cursorSecret: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

export const secretsFile = (dataDir: string): string => join(dataDir, "secrets.json");

/** Undefined where the folder has none; throws one line naming the file when it is not what the stack wrote. */
export async function readSecrets(dataDir: string): Promise<Secrets | undefined> {
  const file = secretsFile(dataDir);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return Secrets.parse(JSON.parse(text));
  } catch {
    throw new StartFailed("secrets_unreadable", `${file} does not hold a stack's secrets; put the right file back, or choose another folder with --data.`);
  }
}

/** Reads the stack's secrets or makes them, readable by their owner alone. Call while holding the folder. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const known = await readSecrets(dataDir);
  if (known !== undefined) return known;
  const word = () => randomBytes(32).toString("base64url");
  const secrets: Secrets = { databasePassword: word(), redisToken: word(), jwtSecret: word(), cursorSecret: word() };
  await writeWhole(secretsFile(dataDir), JSON.stringify(secrets, null, 2), 0o600);
  return secrets;
}

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** Everything secret in one embedded stack, made at its first start and kept beside its data. */
const Secrets = z.object({
  databasePassword: z.string(),
  redisToken: z.string(),
  jwtSecret: z.string(),
  cursorSecret: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

/** Reads the stack's secrets, readable by their owner alone, or makes them. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, "secrets.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) return Secrets.parse(JSON.parse(text));
  const word = () => randomBytes(32).toString("base64url");
  const secrets: Secrets = {
    databasePassword: word(),
    redisToken: word(),
    jwtSecret: word(),
    cursorSecret: word(),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

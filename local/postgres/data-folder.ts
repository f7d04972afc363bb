import { PGlite } from "@electric-sql/pglite";
import { appendFile, cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes the folder where there is none. Creating a database takes seconds, copying one takes tenths: the first one made
 * with a version of PGlite is kept as a template. The copy appears under its name only when it is whole, so that a kill in
 * the middle leaves nothing that looks like a database.
 */
export async function ensureDataFolder(dataDir: string): Promise<void> {
  if (!(await exists(join(dataDir, "PG_VERSION")))) await copyTemplate(dataDir);
  await ensureSettings(dataDir);
}

/**
 * Read when the engine starts. A new piece of the write-ahead log is not filled with zeros first: that holds up everyone for
 * 50 ms or more, at any moment.
 */
const settings = "wal_init_zero = off";

async function ensureSettings(dataDir: string): Promise<void> {
  const file = join(dataDir, "postgresql.conf");
  const lines = (await readFile(file, "utf8")).split("\n");
  if (!lines.includes(settings)) await appendFile(file, `\n${settings}\n`);
}

async function copyTemplate(dataDir: string): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const template = await templateFolder();
  await cp(template, unfinished, { recursive: true });
  // An empty folder may stand there already; anything else in it makes this fail, which is right.
  await rename(unfinished, dataDir);
}

async function templateFolder(): Promise<string> {
  const template = fileURLToPath(new URL(`../../node_modules/.cache/miraveja/postgres-${await pgliteVersion()}`, import.meta.url));
  if (await exists(template)) return template;
  await mkdir(dirname(template), { recursive: true });
  const draft = `${template}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  const database = await PGlite.create({ dataDir: draft, relaxedDurability: false });
  await database.close();
  try {
    await rename(draft, template);
  } catch (error) {
    // Another process was first: its template is as good.
    if (!(await exists(template))) throw error;
    await rm(draft, { recursive: true, force: true });
  }
  return template;
}

async function pgliteVersion(): Promise<string> {
  const manifest = join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), "..", "package.json");
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One connection of its own to Postgres; neon's `Client` and pg's are ones. */
export interface MigrationConnection {
  query(text: string, params?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export class MigrationFailed extends Error {
  readonly file: string;

  constructor(file: string, why: string, cause?: unknown) {
    super(`migration ${file}: ${why}`, cause === undefined ? undefined : { cause });
    this.name = "MigrationFailed";
    this.file = file;
  }
}

const fileForm = /^\d{4}_[a-z0-9_]+\.sql$/;

/** Any number will do as long as it is this project's own: two starts at once then take turns. */
const lockKey = 7_304_118_225;

/**
 * Brings the database up to the newest file of the folder: forward only, in the order of their numbers, each file once
 * and in one transaction. Returns the files that were applied. A file that fails leaves nothing of itself behind.
 */
export async function migrate(connection: MigrationConnection, folder: string): Promise<string[]> {
  const files = await filesOf(folder);
  await connection.query(
    `create table if not exists schema_migrations (file text primary key, applied_at timestamptz not null default now())`,
  );
  const known = await connection.query(`select file from schema_migrations`);
  for (const { file } of known.rows)
    if (!files.includes(file as string))
      throw new MigrationFailed(file as string, "was applied to this database, but this release does not have it; update the code first");

  const applied: string[] = [];
  for (const file of files) if (await applyOnce(connection, folder, file)) applied.push(file);
  return applied;
}

async function filesOf(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const odd = files.find((name) => !fileForm.test(name));
  if (odd !== undefined) throw new MigrationFailed(odd, "name it NNNN_what_it_does.sql");
  const twice = files.find((name, i) => i > 0 && name.slice(0, 4) === files[i - 1]!.slice(0, 4));
  if (twice !== undefined) throw new MigrationFailed(twice, "another file has the same number");
  return files;
}

async function applyOnce(connection: MigrationConnection, folder: string, file: string): Promise<boolean> {
  const text = await readFile(join(folder, file), "utf8");
  await connection.query("begin");
  try {
    await connection.query(`select pg_advisory_xact_lock($1)`, [lockKey]);
    const there = await connection.query(`select 1 from schema_migrations where file = $1`, [file]);
    if (there.rows.length === 0) {
      await connection.query(text);
      await connection.query(`insert into schema_migrations (file) values ($1)`, [file]);
    }
    await connection.query("commit");
    return there.rows.length === 0;
  } catch (error) {
    await connection.query("rollback").catch(() => undefined);
    throw new MigrationFailed(file, error instanceof Error ? error.message : String(error), error);
  }
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "#shared/stores/database.ts";
import { embeddedDatabase, migrateOver, migrations, type EmbeddedDatabase } from "./embedded-database.ts";

let embedded: EmbeddedDatabase;
const folders: string[] = [];
beforeAll(async () => {
  embedded = await embeddedDatabase();
});
afterAll(async () => {
  await embedded[Symbol.asyncDispose]();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** The real migrations' names, so that the database does not know of files the folder lacks, and more. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "miraveja-migrations-"));
  folders.push(folder);
  const applied = await embedded.database.query(sql(`select file from schema_migrations`));
  for (const { file } of applied) await writeFile(join(folder, file as string), "select 1;");
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const over = (folder: string): Promise<string[]> => migrateOver({ url: embedded.url, port: Number(new URL(embedded.endpoint).port) }, folder);
const exists = async (table: string): Promise<boolean> =>
  (await embedded.database.query(sql(`select to_regclass($1) is not null as there`, table)))[0]!["there"] as boolean;

describe("migrations", () => {
  it("are applied once each: a second run finds nothing to do", async () => {
    expect(await over(migrations)).toEqual([]);
  });

  it("run in the order of their numbers, each whole", async () => {
    const folder = await folderWith({
      "9002_second.sql": "insert into first_table values (2);",
      "9001_first.sql": "create table first_table (n int);\ninsert into first_table values (1);",
    });
    expect(await over(folder)).toEqual(["9001_first.sql", "9002_second.sql"]);
    expect(await embedded.database.query(sql(`select n from first_table order by n`))).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("leave nothing behind when they fail, name the file, and can be mended", async () => {
    const folder = await folderWith({ "9003_broken.sql": "create table half (n int);\ncreate table half (n int);" });
    await expect(over(folder)).rejects.toThrow(/9003_broken\.sql: .*already exists/);
    expect(await exists("half")).toBe(false);
    await writeFile(join(folder, "9003_broken.sql"), "create table half (n int);");
    expect(await over(folder)).toEqual(["9003_broken.sql"]);
    expect(await exists("half")).toBe(true);
  });

  it("are applied once by two starts at the same time", async () => {
    const folder = await folderWith({ "9004_once.sql": "create table once (n int);" });
    const applied = await Promise.all([over(folder), over(folder)]);
    expect(applied.flat()).toEqual(["9004_once.sql"]);
  });

  it("refuse odd names, a number given twice, and a database that is ahead of the code", async () => {
    await expect(over(await folderWith({ "later.sql": "select 1;" }))).rejects.toThrow(/later\.sql: name it/);
    await expect(over(await folderWith({ "9005_a.sql": "select 1;", "9005_b.sql": "select 1;" }))).rejects.toThrow(/9005_b\.sql: another file/);
    await embedded.database.query(sql(`insert into schema_migrations (file) values ('9999_future.sql')`));
    await expect(over(migrations)).rejects.toThrow(/was applied to this database/);
  });
});

import { randomUUID } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spawnPostgres } from "#local/postgres/spawn.ts";
import { mostUnsafe } from "#shared/contract/safety.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { scoreStore } from "#shared/stores/score-store.ts";
import { harmless } from "../harness/harmless.ts";
import { migrateOver, migrations } from "./embedded-database.ts";

/** The last migration of the releases that had no scores. */
const before = "0008_search.sql";

let folder: string;
let postgres: Awaited<ReturnType<typeof spawnPostgres>>;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "miraveja-scores-"));
  postgres = await spawnPostgres({ dataDir: join(folder, "data"), port: 0, password: "suite" });
  database = neonDatabase(postgres.url, `http://127.0.0.1:${postgres.port}/sql`);
});
afterAll(async () => {
  await postgres?.close();
  await rm(folder, { recursive: true, force: true });
});

const sizes = [[900, 600], [600, 900], [610, 600]] as const;
const ids = sizes.map(() => randomUUID());

it("a data folder made before there were scores is brought up: its images keep their place, count as 0.5 and wait to be scored, the oldest first", async () => {
  const older = join(folder, "older");
  await mkdir(older);
  for (const file of (await readdir(migrations)).filter((name) => name.endsWith(".sql") && name <= before)) await copyFile(join(migrations, file), join(older, file));
  expect((await migrateOver(postgres, older)).at(-1)).toBe(before);
  for (const [i, [width, height]] of sizes.entries())
    await database.query(sql(
      `insert into images (id, width, height, caption, style, tags, creator, thumbhash, phash, colour, quality, media_type)
       values ($1, $2, $3, '', 'older', '{}', '', 'AAAA', '0000000000000000', '#808080', 0.5, 'image/webp')`,
      ids[i], width, height,
    ));
  expect(await migrateOver(postgres)).toEqual((await readdir(migrations)).filter((name) => name.endsWith(".sql") && name > before).sort());

  const rows = await database.query(sql(`select orientation, unsafe from images order by seq`));
  expect(rows).toEqual([{ orientation: "landscape", unsafe: null }, { orientation: "portrait", unsafe: null }, { orientation: "square", unsafe: null }]);
  const images = imageStore(database);
  const shownAt = async (limit: number): Promise<string[]> => (await images.byIds(ids, limit)).map(({ id }) => id);
  expect([await shownAt(mostUnsafe.strict), await shownAt(mostUnsafe.standard), await shownAt(mostUnsafe.open)]).toEqual([[], ids, ids]);

  const scores = scoreStore(database);
  expect([await scores.unscored(2), await scores.left()]).toEqual([ids.slice(0, 2), 3]);
  await scores.save(ids[0]!, harmless.safety, harmless.palette);
  await scores.giveUp(ids[1]!);
  expect([await scores.unscored(2), await scores.left()]).toEqual([ids.slice(2), 1]);
  expect([await shownAt(mostUnsafe.strict), await shownAt(mostUnsafe.standard)]).toEqual([ids.slice(0, 1), [ids[0], ids[2]]]);
});

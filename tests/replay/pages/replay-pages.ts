import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import type { Database } from "#shared/stores/database.ts";
import { spawnPostgres } from "#local/postgres/spawn.ts";
import { claimDataDir } from "#local/stack/claim.ts";
import { readSecrets, secretsFile } from "#local/stack/secrets.ts";
import { dim, progress, say } from "#local/say.ts";
import { UnreadableFile } from "../rating-log.ts";
import { countServedPages, loggedSlots, type LoggedSlot } from "./logged-slots.ts";
import { estimatePolicies, type PolicyEstimate } from "./page-policies.ts";

export interface PagesOptions {
  /** The folder of a stack that is not running; else `databaseUrl`. */
  dataDir: string | undefined;
  databaseUrl: string | undefined;
  out: string | undefined;
  signal: AbortSignal;
}

/** At some 300 bytes a slot these take half a gigabyte. */
const mostSlots = 2_000_000;

/** Prints what logged pages say of policies and sources. */
export async function replayPages(options: PagesOptions): Promise<void> {
  await using opened = await openDatabase(options);
  const slots = await readSlots(opened.database, options.signal);
  if (slots.length === 0) throw new UnreadableFile("No page was served yet; scroll for a while first.");
  const estimates = estimatePolicies(slots);
  say(tableOf(estimates, slots));
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify({ slots: slots.length, estimates }, null, 2)}\n`);
}

async function readSlots(database: Database, signal: AbortSignal): Promise<LoggedSlot[]> {
  const slots: LoggedSlot[] = [];
  const bar = progress("Reading pages", await countServedPages(database));
  try {
    for await (const page of loggedSlots(database)) {
      signal.throwIfAborted();
      slots.push(...page);
      if (slots.length > mostSlots) throw new UnreadableFile(`The database holds more than ${mostSlots.toLocaleString("en")} served slots; give a copy with fewer.`);
      bar.advance();
    }
  } finally {
    bar.stop();
  }
  return slots;
}

async function openDatabase({ dataDir, databaseUrl }: PagesOptions): Promise<AsyncDisposable & { database: Database }> {
  if (dataDir === undefined) return { database: neonDatabase(databaseUrl!), [Symbol.asyncDispose]: () => Promise.resolve() };
  const secrets = await readSecrets(dataDir);
  if (secrets === undefined) throw new UnreadableFile(`${secretsFile(dataDir)} is not there; --data takes the folder of a stack that was started before.`);
  const undo = new AsyncDisposableStack();
  try {
    undo.use(await claimDataDir(dataDir));
    const postgres = undo.use(await spawnPostgres({ dataDir: join(dataDir, "postgres"), port: 0, password: secrets.databasePassword }));
    const url = `postgres://miraveja:${secrets.databasePassword}@127.0.0.1/miraveja`;
    return { database: neonDatabase(url, `http://127.0.0.1:${postgres.port}/sql`), [Symbol.asyncDispose]: () => undo.disposeAsync() };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

function tableOf(estimates: readonly PolicyEstimate[], slots: readonly LoggedSlot[]): string {
  const header = ["", "welcomed per 100 slots", "95 % interval", "worth", "slots", "viewers"];
  const hundred = (rate: number) => (100 * rate).toFixed(1);
  const rows = estimates.map(({ policy, value, interval: { low, high }, effectiveSampleSize, draws, groups }) => [
    policy, hundred(value), Number.isFinite(low) ? `${hundred(Math.max(0, low))}–${hundred(Math.min(1, high))}` : "one viewer", effectiveSampleSize.toFixed(0), String(draws), String(groups),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd();
  const firstReweighed = estimates.findIndex(({ kind }) => kind === "reweighed");
  const refused = slots.filter((slot) => slot.refused).length;
  return [
    "", line(header),
    ...rows.flatMap((row, i) => (i === firstReweighed ? ["", dim("other policies, from what the node drew (SNIPS)"), line(row)] : [line(row)])), "",
    dim(`${refused} slots were refused. “worth” is how many slots of the policy itself the log is worth (Kish): far below the slots, an estimate hangs on few.`),
    dim("Slots of one viewer depend on each other, so viewers are what intervals count. What nobody drew cannot be told from a log."),
  ].join("\n");
}

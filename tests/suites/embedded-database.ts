import { Client, neonConfig } from "@neondatabase/serverless";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "#local/migrate.ts";
import { spawnPostgres } from "#local/postgres/spawn.ts";
import type { Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";

export interface EmbeddedDatabase extends AsyncDisposable {
  database: Database;
  /** Neon's connection string, and where its HTTP protocol is spoken. */
  url: string;
  endpoint: string;
}

export const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

/** A real Postgres of its own in a temporary folder, with every migration applied. */
export async function embeddedDatabase(): Promise<EmbeddedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "miraveja-suite-"));
  const postgres = await spawnPostgres({ dataDir: join(folder, "data"), port: 0, password: "suite" });
  await migrateOver(postgres);
  const endpoint = `http://127.0.0.1:${postgres.port}/sql`;
  return {
    url: postgres.url,
    endpoint,
    database: neonDatabase(postgres.url, endpoint),
    async [Symbol.asyncDispose]() {
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Applies the migrations over the gateway's WebSocket. */
export async function migrateOver({ url, port }: { url: string; port: number }, folder = migrations): Promise<string[]> {
  neonConfig.wsProxy = () => `127.0.0.1:${port}/v2`;
  neonConfig.useSecureWebSocket = false;
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await migrate(client, folder);
  } finally {
    await client.end();
  }
}

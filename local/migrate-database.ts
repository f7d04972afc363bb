import { fileURLToPath } from "node:url";
import { Client, neonConfig } from "@neondatabase/serverless";
import { migrate } from "./migrate.ts";
import { green, say, sayWrong } from "./say.ts";

const help = `Brings a Neon database up to the newest migration.

  DATABASE_URL=postgres://… npm run migrate`;

if (process.argv.includes("--help")) {
  say(help);
  process.exit(0);
}
const url = process.env["DATABASE_URL"];
if (url === undefined || url === "") {
  sayWrong("DATABASE_URL is not set; it is the connection string Neon's console shows.");
  process.exit(1);
}
neonConfig.webSocketConstructor = WebSocket;
const client = new Client(url);
try {
  await client.connect();
  const applied = await migrate(client, fileURLToPath(new URL("../migrations/", import.meta.url)));
  for (const file of applied) say(`${green("✓")} ${file}`);
  if (applied.length === 0) say("Nothing to apply; the database is up to date.");
} catch (error) {
  sayWrong(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await client.end();
}

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { importSigner } from "#shared/security/keys.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";
import { trustedFromMs } from "#shared/security/request-signature.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { jobStore } from "#shared/stores/job-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { qdrantStore } from "#shared/stores/qdrant-store.ts";
import { spaceStore } from "#shared/stores/space-store.ts";
import { help, parseEnv, SettingsError, type NodeEnv } from "./env.ts";
import { createAnalyst } from "./ingest/analyst.ts";
import { openEncoders } from "./models/encoders.ts";
import { openRegistry } from "./models/registry/registry.ts";
import { hubOf, modelsDirOf } from "./models/registry/settings.ts";
import { findDevice } from "./models/vram/device.ts";
import { openVram } from "./models/vram/vram.ts";
import { openKeyring } from "./runtime/keyring.ts";
import { openLog } from "./runtime/log.ts";
import { stopGracefully } from "./runtime/shutdown.ts";
import { nodeServer } from "./server.ts";
import { openMachine, openServices } from "./services.ts";
import { fillWatch } from "./spaces/fill-watch.ts";
import { openSpaces } from "./spaces/node-spaces.ts";
import { originalsOfEdge } from "./spaces/originals.ts";

/** What a parent that started the node with an IPC channel is told, once. */
export type NodeReport = { type: "ready"; port: number } | { type: "failed"; code: string; message: string };

const stopLimitMs = 10_000;

if (process.argv.includes("--help")) process.stdout.write(help);
else await start(process.env).catch(fail);

async function start(source: NodeJS.ProcessEnv): Promise<void> {
  const startedAtMs = Date.now();
  const env = parseEnv(source);
  const clock = Date.now;
  const log = openLog({ write: (line) => void process.stdout.write(line), clock, level: env.LOG_LEVEL });
  const signer = await importSigner(env.NODE_KEY_ID, env.NODE_PRIVATE_KEY).catch((error: unknown) => {
    throw new SettingsError(`NODE_PRIVATE_KEY: ${messageOf(error)}`);
  });
  const keyring = await openKeyring(env.TRUSTED_KEYS_FILE, { clock, log }).catch(() => {
    throw new SettingsError(`TRUSTED_KEYS_FILE ${env.TRUSTED_KEYS_FILE} cannot be read as {"keys": {"<key id>": "<public key>"}}`);
  });

  const database = neonDatabase(env.DATABASE_URL, env.DATABASE_ENDPOINT);
  const boundBytes = env.MODEL_MEMORY_MB === undefined ? undefined : env.MODEL_MEMORY_MB * 1e6;
  const vram = openVram({ device: await findDevice(), boundBytes, log });
  const machine = openMachine(vram);
  const analyst = createAnalyst(env.INGEST_THREADS === undefined ? {} : { threads: env.INGEST_THREADS });
  const models = await openRegistry({ dir: modelsDirOf(env), hub: hubOf(env) });
  const encoders = await openEncoders({ registry: models, vram, log });
  const wanted = env.IMAGE_ENCODER;
  if (wanted !== undefined && !encoders.names.includes(wanted)) throw new SettingsError(`IMAGE_ENCODER has to be one of ${encoders.names.join(", ")}`);
  const vectors = env.VECTOR_STORE === "qdrant" ? qdrantStore(qdrantAddress(env)) : pgvectorStore(database);
  const spaces = await openSpaces({
    wanted, encoders, spaces: spaceStore(database), vectors, jobs: jobStore(database), holder: env.NODE_ID, clock, log,
    watch: fillWatch({ registry: machine.metrics.registry, clock, log }),
    originals: env.EDGE_URL === undefined ? undefined : originalsOfEdge({ edgeUrl: env.EDGE_URL, signer, nodeId: env.NODE_ID, clock }),
    open: ({ space, dim, distance }, more) => openServices({ database, clock, log, machine, analyst, models, vram, vectors, encoder: { space, dim, calibration: distance }, ...more }),
  });
  const server = nodeServer(spaces.services, {
    keys: () => keyring.keys(),
    nonces: new MemoryNonces(clock),
    notBeforeMs: env.FRESH_KEYS === "yes" ? 0 : trustedFromMs(startedAtMs),
    tag: env.NODE_ID,
    signer,
  });
  server.listen(env.PORT, env.HOST);
  await once(server, "listening");

  spaces.start();
  stopGracefully({
    server, limitMs: stopLimitMs, log,
    async release() {
      await spaces.stop();
      await spaces.services().keeper.flush();
      await analyst.close();
      await spaces.services().embedder.close();
      await vram.close();
    },
  });
  const { port } = server.address() as AddressInfo;
  log({ event: "node.started", port, tag: env.NODE_ID });
  if (process.connected) process.send!({ type: "ready", port } satisfies NodeReport);
}

function qdrantAddress({ QDRANT_URL, QDRANT_API_KEY }: NodeEnv) {
  return { url: QDRANT_URL!, ...(QDRANT_API_KEY === undefined ? {} : { apiKey: QDRANT_API_KEY }) };
}

function fail(error: unknown): void {
  const code = error instanceof SettingsError ? "settings" : codeOf(error) === "EADDRINUSE" ? "port_taken" : "failed";
  const message = code === "port_taken" ? `the port ${process.env["PORT"] ?? ""} is taken by another program; set PORT to a free one` : messageOf(error);
  process.stderr.write(`gpu-node cannot start: ${message}\n`);
  if (!process.connected) process.exit(1);
  process.send!({ type: "failed", code, message } satisfies NodeReport, () => process.exit(1));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, neonConfig } from "@neondatabase/serverless";
import type { Scope } from "#shared/contract/session.ts";
import { generateKeyPair, type KeyPairText } from "#shared/security/keys.ts";
import { migrate } from "../migrate.ts";
import { startChild, type Child, type ChildParts } from "./child.ts";
import { claimDataDir } from "./claim.ts";
import { freePort, requireFreePort } from "./free-port.ts";
import { startGuard } from "./guard.ts";
import { forgetProcesses, killOrphans, noteProcesses } from "./orphans.ts";
import { announceRunning, withdrawRunning } from "./running.ts";
import { loadSecrets, type Secrets } from "./secrets.ts";
import { StartFailed } from "./start-failed.ts";
import { audience, issuer, signToken } from "./tokens.ts";
import { writeWhole } from "./whole-file.ts";

export interface StackOptions {
  dataDir: string;
  /** Of the edge; 0 takes a free one. */
  port: number;
  redis?: "auto" | "redis-server" | "in-process";
  /** How long a process that died stays away; tests lengthen it. */
  restartDelayMs?: number;
  onRestart?: (name: string) => void;
  /** Breaks a start off; what has started by then is stopped again. */
  signal?: AbortSignal;
}

/** The whole service on one machine, every part talking to the next as it would in the cloud. */
export interface Stack {
  url: string;
  dataDir: string;
  processes(): { name: string; pid: number }[];
  connections: { database: { url: string; endpoint: string }; redis: { url: string; token: string }; node: { url: string; id: string; publicKeys: Record<string, string> } };
  secrets: Secrets;
  /** The edge's own key, for tests that speak to the node as the edge does. */
  edgeKeys: KeyPairText & { keyId: string };
  /** A token as an identity provider would hand it out. */
  token(scopes: Scope[], viewerId?: string): Promise<string>;
  close(): Promise<void>;
}

const migrations = fileURLToPath(new URL("../../migrations/", import.meta.url));
const nodeId = "local";
const edgeKeyId = "edge-1";
const nodeKeyId = "node-1";

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, signal } = options;
  const undo = new AsyncDisposableStack();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= undo.disposeAsync());
  try {
    undo.use(await claimDataDir(dataDir));
    await killOrphans(dataDir);
    await requireFreePort(options.port);
    return await startParts(options, undo, close);
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw error;
  }
}

/** Everything that was started is handed to `undo`, which stops it in the opposite order. */
async function startParts(options: StackOptions, undo: AsyncDisposableStack, close: () => Promise<void>): Promise<Stack> {
  const { dataDir, signal, restartDelayMs, onRestart } = options;
  const secrets = await loadSecrets(dataDir);
  const logs = join(dataDir, "logs");
  await mkdir(logs, { recursive: true });
  undo.defer(() => forgetProcesses(dataDir));
  const scratch = await emptyScratch(dataDir);
  undo.defer(() => rm(scratch, { recursive: true, force: true }));
  const guard = startGuard();
  undo.defer(() => guard.close());
  const children: Child[] = [];
  const begin = async (parts: Pick<ChildParts, "name" | "entry" | "env" | "port">): Promise<Child> => {
    signal?.throwIfAborted();
    const child = await startChild({
      ...parts, env: (port) => ({ TMPDIR: scratch, ...parts.env(port) }), guard, logFile: join(logs, `${parts.name}.log`), ...(restartDelayMs === undefined ? {} : { restartDelayMs }),
      onRestart: (name) => {
        noteProcesses(dataDir).catch(() => undefined);
        onRestart?.(name);
      },
    });
    undo.defer(() => child.close());
    children.push(child);
    await noteProcesses(dataDir);
    return child;
  };

  const postgres = await begin({
    name: "postgres",
    entry: "local/postgres/main.ts",
    env: (port) => ({
      POSTGRES_DATA_DIR: join(dataDir, "postgres"),
      POSTGRES_PORT: String(port),
      POSTGRES_PASSWORD: secrets.databasePassword,
    }),
  });
  const database = {
    url: `postgres://miraveja:${secrets.databasePassword}@127.0.0.1/miraveja`,
    endpoint: `http://127.0.0.1:${postgres.port}/sql`,
  };
  await applyMigrations(database.url, postgres.port);

  const redis = await begin({
    name: "redis",
    entry: "local/redis/main.ts",
    env: (port) => ({
      REDIS_GATEWAY_PORT: String(port),
      REDIS_GATEWAY_TOKEN: secrets.redisToken,
      REDIS_GATEWAY_ENGINE: options.redis ?? "auto",
    }),
  });

  // Made anew for every run: a request signed in an earlier one is worth nothing in this one.
  const [edgeKeys, nodeKeys] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  const keysFile = join(dataDir, "trusted-keys.json");
  await writeWhole(keysFile, JSON.stringify({ keys: { [edgeKeyId]: edgeKeys.publicKey } }));
  const edgePort = options.port === 0 ? await freePort() : options.port;
  const node = await begin({
    name: "gpu-node",
    entry: "gpu-node/main.ts",
    env: (port) => ({
      HOST: "127.0.0.1",
      PORT: String(port),
      NODE_ID: nodeId,
      DATABASE_URL: database.url,
      DATABASE_ENDPOINT: database.endpoint,
      VECTOR_STORE: "pgvector",
      TRUSTED_KEYS_FILE: keysFile,
      NODE_KEY_ID: nodeKeyId,
      // True of the first start alone: after a crash, requests of the run before the crash are still out there.
      FRESH_KEYS: port === 0 ? "yes" : "no",
      NODE_PRIVATE_KEY: nodeKeys.privateKey,
      EDGE_URL: `http://127.0.0.1:${edgePort}`,
      ...inherited("IMAGE_ENCODER", "MODELS_DIR", "XDG_CACHE_HOME", "MODEL_MEMORY_MB"),
    }),
  });

  const redisConnection = { url: `http://127.0.0.1:${redis.port}`, token: secrets.redisToken };
  const nodeConnection = { url: `http://127.0.0.1:${node.port}`, id: nodeId, publicKeys: { [nodeKeyId]: nodeKeys.publicKey } };
  const edge = await begin({
    name: "edge",
    entry: "local/stack/edge-main.ts",
    port: edgePort,
    env: (port) => ({
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_WRITE_LOGS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      EDGE_PORT: String(port),
      EDGE_DATA_DIR: join(dataDir, "edge"),
      EDGE_LOG_FILE: join(logs, "edge.log"),
      EDGE_SETTINGS: JSON.stringify({
        DATABASE_URL: database.url,
        DATABASE_ENDPOINT: database.endpoint,
        UPSTASH_REDIS_REST_URL: redisConnection.url,
        UPSTASH_REDIS_REST_TOKEN: redisConnection.token,
        NODE_URL: nodeConnection.url,
        NODE_ID: nodeId,
        NODE_PUBLIC_KEYS: JSON.stringify({ keys: nodeConnection.publicKeys }),
        EDGE_KEY_ID: edgeKeyId,
        EDGE_PRIVATE_KEY: edgeKeys.privateKey,
        JWT_SECRET: secrets.jwtSecret,
        JWT_ISSUER: issuer,
        JWT_AUDIENCE: audience,
        CURSOR_SECRETS: `local:${secrets.cursorSecret}`,
        GUESTS: "open",
        RATE_LIMITS: "isolate",
      }),
    }),
  });
  signal?.throwIfAborted();
  const url = `http://127.0.0.1:${edge.port}`;
  await announceRunning(dataDir, url);
  undo.defer(() => withdrawRunning(dataDir));
  return {
    url,
    dataDir,
    processes: () => children.map(({ name, pid }) => ({ name, pid })),
    connections: { database, redis: redisConnection, node: nodeConnection },
    secrets,
    edgeKeys: { ...edgeKeys, keyId: edgeKeyId },
    token: (scopes, viewerId) => signToken(secrets, scopes, viewerId),
    close,
  };
}

/** Where processes put what is worth nothing after a run; made anew, so that what killed ones left does not pile up. */
async function emptyScratch(dataDir: string): Promise<string> {
  const folder = join(dataDir, "tmp");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  // A socket's path may have 107 bytes; in a deep folder the machine's own place has to do.
  return Buffer.byteLength(folder) > 64 ? mkdtemp(join(tmpdir(), "miraveja-")) : folder;
}

/** Settings that this command's own environment has, for a process that gets no other. */
function inherited(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

async function applyMigrations(url: string, port: number): Promise<void> {
  neonConfig.wsProxy = () => `127.0.0.1:${port}/v2`;
  neonConfig.useSecureWebSocket = false;
  neonConfig.webSocketConstructor = WebSocket;
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    await migrate(client, migrations);
  } catch (error) {
    throw new StartFailed("migration_failed", error instanceof Error ? error.message : String(error));
  } finally {
    await client.end();
  }
}

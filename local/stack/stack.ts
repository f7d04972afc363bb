import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, neonConfig } from "@neondatabase/serverless";
import { SignJWT } from "jose";
import type { Scope } from "#shared/contract/session.ts";
import { generateKeyPair, type KeyPairText } from "#shared/security/keys.ts";
import { migrate } from "../migrate.ts";
import { startChild, StartFailed, type Child } from "./child.ts";
import { startEdgeWorker } from "./edge-worker.ts";
import { killOrphans, listDescendants } from "./orphans.ts";
import { loadSecrets, type Secrets } from "./secrets.ts";

export interface StackOptions {
  dataDir: string;
  /** Of the edge; 0 takes a free one. */
  port: number;
  redis?: "auto" | "redis-server" | "in-process";
  onRestart?: (name: string) => void;
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

/** What a running stack leaves in its data folder for other commands to find it by. */
export interface RunningStack {
  url: string;
  pid: number;
}

const migrations = fileURLToPath(new URL("../../migrations/", import.meta.url));
const nodeId = "local";
const edgeKeyId = "edge-1";
const nodeKeyId = "node-1";

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir } = options;
  const logs = join(dataDir, "logs");
  await mkdir(logs, { recursive: true });
  const secrets = await loadSecrets(dataDir);
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await rm(join(dataDir, "running.json"), { force: true });
    for (const part of started.reverse()) await part.close();
    await rm(join(dataDir, "processes.json"), { force: true });
  };
  const begin = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    started.push(part);
    return part;
  };
  const child = (name: string, entry: string, env: (port: number) => Record<string, string>): Promise<Child> =>
    startChild({ name, entry, env, logFile: join(logs, `${name}.log`), ...(options.onRestart ? { onRestart: options.onRestart } : {}) });

  try {
    // The database comes first and alone: it holds the lock on the data folder.
    const postgres = await begin(
      child("postgres", "local/postgres/main.ts", (port) => ({
        POSTGRES_DATA_DIR: join(dataDir, "postgres"),
        POSTGRES_PORT: String(port),
        POSTGRES_PASSWORD: secrets.databasePassword,
      })),
    );
    await killOrphans(dataDir);
    const database = {
      url: `postgres://miraveja:${secrets.databasePassword}@127.0.0.1/miraveja`,
      endpoint: `http://127.0.0.1:${postgres.port}/sql`,
    };
    await applyMigrations(database.url, postgres.port);

    // Made anew for every run: a request signed in an earlier one is worth nothing in this one.
    const [edgeKeys, nodeKeys] = await Promise.all([generateKeyPair(), generateKeyPair()]);
    const keysFile = join(dataDir, "trusted-keys.json");
    await writeFile(keysFile, JSON.stringify({ keys: { [edgeKeyId]: edgeKeys.publicKey } }));
    const redis = await begin(
      child("redis", "local/redis/main.ts", (port) => ({
        REDIS_GATEWAY_PORT: String(port),
        REDIS_GATEWAY_TOKEN: secrets.redisToken,
        REDIS_GATEWAY_ENGINE: options.redis ?? "auto",
      })),
    );
    const node = await begin(
      child("gpu-node", "gpu-node/main.ts", (port) => ({
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
      })),
    );
    const redisConnection = { url: `http://127.0.0.1:${redis.port}`, token: secrets.redisToken };
    const nodeUrl = `http://127.0.0.1:${node.port}`;
    const edge = await begin(
      startEdgeWorker({
        port: options.port,
        dataDir: join(dataDir, "edge"),
        logFile: join(logs, "edge.log"),
        settings: {
          DATABASE_URL: database.url,
          DATABASE_ENDPOINT: database.endpoint,
          UPSTASH_REDIS_REST_URL: redisConnection.url,
          UPSTASH_REDIS_REST_TOKEN: redisConnection.token,
          NODE_URL: nodeUrl,
          NODE_ID: nodeId,
          NODE_PUBLIC_KEYS: JSON.stringify({ keys: { [nodeKeyId]: nodeKeys.publicKey } }),
          EDGE_KEY_ID: edgeKeyId,
          EDGE_PRIVATE_KEY: edgeKeys.privateKey,
          JWT_SECRET: secrets.jwtSecret,
          JWT_ISSUER: "miraveja",
          JWT_AUDIENCE: "miraveja",
          CURSOR_SECRETS: `local:${secrets.cursorSecret}`,
          GUESTS: "open",
        },
      }),
    );
    const children = [
      { name: "postgres", child: postgres },
      { name: "redis", child: redis },
      { name: "gpu-node", child: node },
    ];
    await writeFile(join(dataDir, "running.json"), JSON.stringify({ url: edge.url, pid: process.pid } satisfies RunningStack));
    await writeFile(join(dataDir, "processes.json"), JSON.stringify(await listDescendants(process.pid)));
    return {
      url: edge.url,
      dataDir,
      processes: () => children.map(({ name, child: one }) => ({ name, pid: one.pid })),
      connections: { database, redis: redisConnection, node: { url: nodeUrl, id: nodeId, publicKeys: { [nodeKeyId]: nodeKeys.publicKey } } },
      secrets,
      edgeKeys: { ...edgeKeys, keyId: edgeKeyId },
      token: (scopes, viewerId) => signToken(secrets, scopes, viewerId),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A token for the stack that keeps its data here, whether it is running or not. */
export async function tokenFor(dataDir: string, scopes: Scope[]): Promise<string> {
  return signToken(await loadSecrets(dataDir), scopes);
}

function signToken({ jwtSecret }: Secrets, scopes: Scope[], viewerId: string = randomUUID()): Promise<string> {
  return new SignJWT({ scope: scopes.join(" ") })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(viewerId)
    .setIssuer("miraveja")
    .setAudience("miraveja")
    .setIssuedAt()
    .setExpirationTime("30d")
    .sign(new TextEncoder().encode(jwtSecret));
}

/** Where the stack of this data folder answers, when one is running. */
export async function findRunningStack(dataDir: string): Promise<RunningStack | undefined> {
  const text = await readFile(join(dataDir, "running.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningStack;
  const answers = await fetch(new URL("/healthz", running.url), { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  return answers?.ok === true ? running : undefined;
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
    throw new StartFailed("postgres", "migration_failed", error instanceof Error ? error.message : String(error));
  } finally {
    await client.end();
  }
}

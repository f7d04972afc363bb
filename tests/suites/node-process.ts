import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeReport } from "#gpu-node/main.ts";
import { generateKeyPair, importSigner, parseKeySet } from "#shared/security/keys.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";
import { edgeTag, SignatureRefused, verifyRequest } from "#shared/security/request-signature.ts";
import { signedFetch } from "#shared/security/signed-fetch.ts";
import type { EmbeddedDatabase } from "./embedded-database.ts";

const main = fileURLToPath(new URL("../../gpu-node/main.ts", import.meta.url));
const nodeId = "node-1";

export interface RunningNode {
  ask(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<Response>;
  readonly ended: boolean;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface NodePlace extends AsyncDisposable {
  /** The node as a process of its own, with these settings beside what every node needs. */
  start(settings?: Record<string, string>): Promise<RunningNode>;
  /** What stands in for the edge: it gives originals to whom the node's key signs for, while it is open. */
  edge: { open: boolean; given: number };
}

/** A node's settings and keys, and an edge that has these originals. */
export async function nodePlace(embedded: EmbeddedDatabase, originals: ReadonlyMap<string, Uint8Array>): Promise<NodePlace> {
  const folder = await mkdtemp(join(tmpdir(), "miraveja-node-"));
  const [edgeKeys, nodeKeys] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  await writeFile(join(folder, "keys.json"), JSON.stringify({ keys: { "edge-1": edgeKeys.publicKey } }));
  const known = await parseKeySet({ keys: { "node-key": nodeKeys.publicKey } });
  const edge = { open: true, given: 0 };
  const nonces = new MemoryNonces(Date.now);
  const server = createServer((request, response) => {
    const url = `http://edge.test${request.url!}`;
    verifyRequest({ method: request.method!, url, headers: new Headers(request.headers as Record<string, string>) }, { keys: () => known, nonces, clock: Date.now, notBeforeMs: 0, tag: edgeTag(nodeId) })
      .then(() => {
        const bytes = originals.get(/^\/v1\/images\/([^/]+)\/original$/.exec(request.url!)?.[1] ?? "");
        response.statusCode = !edge.open ? 503 : bytes === undefined ? 404 : 200;
        if (response.statusCode === 200) edge.given++;
        response.end(response.statusCode === 200 ? bytes : undefined);
      })
      .catch((error: unknown) => {
        response.statusCode = error instanceof SignatureRefused ? 401 : 500;
        response.end();
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const settings = {
    PATH: process.env["PATH"], PORT: "0", NODE_ID: nodeId, DATABASE_URL: embedded.url, DATABASE_ENDPOINT: embedded.endpoint,
    MODELS_DIR: join(folder, "models"), MODEL_MEMORY_MB: "1000", TRUSTED_KEYS_FILE: join(folder, "keys.json"), NODE_KEY_ID: "node-key", NODE_PRIVATE_KEY: nodeKeys.privateKey,
    FRESH_KEYS: "yes", LOG_LEVEL: "warn", INGEST_THREADS: "1", EDGE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const running = new Set<ChildProcess>();
  return {
    edge,
    async start(more = {}) {
      const child = fork(main, { env: { ...settings, ...more }, execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
      running.add(child);
      const [report] = (await once(child, "message")) as [NodeReport];
      if (report.type !== "ready") throw new Error(report.message);
      const ask = signedFetch({
        fetch, clock: Date.now, tag: nodeId, baseUrl: `http://127.0.0.1:${report.port}`, signer: await importSigner("edge-1", edgeKeys.privateKey), nodeKeys: known,
      });
      return {
        ask: (method, path, body) =>
          ask(path, {
            method, deadlineMs: 30_000, requestId: randomUUID(),
            ...(body === undefined ? {} : body instanceof Uint8Array ? { body, contentType: "application/octet-stream" } : { body: JSON.stringify(body), contentType: "application/json" }),
          }),
        get ended() {
          return child.exitCode !== null || child.signalCode !== null;
        },
        async kill(signal) {
          const gone = once(child, "exit");
          child.kill(signal);
          await gone;
          running.delete(child);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill("SIGKILL");
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

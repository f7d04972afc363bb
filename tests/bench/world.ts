import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComposeAnswer, ObserveAnswer, type ComposeRequest } from "#shared/contract/node.ts";
import { importSigner, parseKeySet } from "#shared/security/keys.ts";
import { signedFetch } from "#shared/security/signed-fetch.ts";
import type { Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { startStack, type Stack } from "#local/stack/stack.ts";

/** A whole stack of its own, and the ways in that the edge has: its database and its signed calls to the node. */
export interface World {
  stack: Stack;
  database: Database;
  compose(request: ComposeRequest): Promise<ComposeAnswer>;
  observe(viewers: { viewer_id: string; offset: number }[]): Promise<ObserveAnswer>;
  close(): Promise<void>;
}
type ObserveAnswer = ReturnType<typeof ObserveAnswer.parse>;

const deadlineMs = 30_000;

export async function startWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), "miraveja-bench-"));
  const forget = () => rm(dataDir, { recursive: true, force: true });
  const stack = await startStack({ dataDir, port: 0 }).catch(async (error: unknown) => {
    await forget();
    throw error;
  });
  const { connections, edgeKeys } = stack;
  const ask = signedFetch({
    fetch,
    clock: Date.now,
    signer: await importSigner(edgeKeys.keyId, edgeKeys.privateKey),
    tag: connections.node.id,
    baseUrl: connections.node.url,
    nodeKeys: await parseKeySet({ keys: connections.node.publicKeys }),
  });
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await ask(path, { method: "POST", body: JSON.stringify(body), contentType: "application/json", deadlineMs, requestId: randomUUID() });
    if (!response.ok) throw new Error(`the node answered ${response.status} to ${path}: ${(await response.text()).slice(0, 300)}`);
    return response.json();
  };
  return {
    stack,
    database: neonDatabase(connections.database.url, connections.database.endpoint),
    compose: async (request) => ComposeAnswer.parse(await post("/v1/feed/compose", request)),
    observe: async (viewers) => ObserveAnswer.parse(await post("/v1/taste/observe", { viewers })),
    close: async () => {
      await stack.close();
      await forget();
    },
  };
}

import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { createEmbedder } from "#gpu-node/embedding/embedder.ts";
import { openClip } from "#gpu-node/models/clip/clip.ts";
import { openRegistry } from "#gpu-node/models/registry/registry.ts";
import { findDevice } from "#gpu-node/models/vram/device.ts";
import { openVram } from "#gpu-node/models/vram/vram.ts";
import { embedRoutes } from "#gpu-node/routes/embed.ts";
import { failureHandler, signedApi, type SignedApiEnv } from "#gpu-node/runtime/signed-api.ts";
import { importPublicKey, importSigner } from "#shared/security/keys.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";
import { serve } from "./side.ts";

export interface NodeSidePlan {
  modelsDir: string;
  model: string;
  threads: number;
  batch: number;
  edgePublicKey: string;
  nodePrivateKey: string;
}

export interface NodeSideAnswer {
  port: number;
  space: string;
  provider: string;
  mostItems: number;
}

/**
 * The node as far as `/v1/embed` goes: the same signed API, route, workers, batches and network as in service, without the database
 * that this route does not ask.
 */
const plan = JSON.parse(process.argv[2]!) as NodeSidePlan;
const log = (): void => undefined;
const vram = openVram({ device: await findDevice(), log });
const registry = await openRegistry({ dir: plan.modelsDir, hub: { endpoint: "http://127.0.0.1:9", token: undefined } });
const clip = await openClip({ model: plan.model, registry, vram, log, threads: plan.threads, mostItems: plan.batch });
const embedder = createEmbedder(clip.image);
const edgeKey = await importPublicKey(plan.edgePublicKey);
const app = new Hono<SignedApiEnv>();
app.onError(failureHandler(log));
app.use("/v1/*", signedApi({
  keys: () => new Map([["edge-1", edgeKey]]), nonces: new MemoryNonces(Date.now), clock: Date.now, notBeforeMs: 0, tag: "node-1",
  signer: await importSigner("node-key", plan.nodePrivateKey), bodyLimitBytes: () => 25 * 1024 * 1024, log, metrics: { countRequest: () => undefined },
}));
const { space, dim, calibration } = clip.image;
app.route("/v1/embed", embedRoutes({ embedder, calibration: { space, dim, distance: calibration }, take: () => ({ [Symbol.dispose]: () => undefined }) }));
const server = createAdaptorServer({ fetch: app.fetch }) as Server;
server.listen(0, "127.0.0.1");
await once(server, "listening");

serve(() => Promise.resolve({ port: (server.address() as AddressInfo).port, space, provider: clip.provider, mostItems: clip.mostItems } satisfies NodeSideAnswer));

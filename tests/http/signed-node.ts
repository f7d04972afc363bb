import type { Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { failureHandler, notFoundHandler, signedApi, type SignedApiEnv, type SignedApiParts } from "#gpu-node/runtime/signed-api.ts";
import { Failure } from "#shared/contract/failures.ts";
import { generateKeyPair, importPublicKey, importSigner, type Signer, type SigningKey } from "#shared/security/keys.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";

export interface Pair {
  signer: Signer;
  publicKey: SigningKey;
  publicText: string;
}

export async function makePair(keyId: string): Promise<Pair> {
  const text = await generateKeyPair();
  return {
    signer: await importSigner(keyId, text.privateKey),
    publicKey: await importPublicKey(text.publicKey),
    publicText: text.publicKey,
  };
}

export interface SignedNode extends AsyncDisposable {
  url: string;
  port: number;
  /** How often any handler ran. */
  handled: number;
  /** The outcome of every request, in the order they were answered. */
  codes: string[];
}

export const bodyLimit = 64 * 1024;

/** A node behind a real server, with handlers that count and echo what they were given. */
export async function startSignedNode(node: Pair, terms: Partial<SignedApiParts> & Pick<SignedApiParts, "keys">): Promise<SignedNode> {
  const clock = terms.clock ?? Date.now;
  const app = new Hono<SignedApiEnv>();
  const codes: string[] = [];
  const log = () => undefined;
  app.use(
    "/v1/*",
    signedApi({
      nonces: new MemoryNonces(clock),
      clock,
      notBeforeMs: 0,
      tag: "node-1",
      signer: node.signer,
      bodyLimitBytes: () => bodyLimit,
      log,
      metrics: { countRequest: (_route, code) => codes.push(code) },
      ...terms,
    }),
  );
  app.onError(failureHandler(log));
  app.notFound(notFoundHandler);
  let handled = 0;
  app.use("/v1/*", async (_c, next) => {
    handled += 1;
    await next();
  });
  app.all("/v1/echo", async (c) => c.json({ method: c.req.method, query: c.req.query(), body: await c.req.text(), keyId: c.var.keyId }));
  app.post("/v1/busy", () => {
    throw new Failure("gpu.busy", { retryAfterSeconds: 3 });
  });
  app.post("/v1/crash", () => {
    throw new Error("secret detail");
  });
  app.post("/v1/nothing", (c) => c.body(null, 204));
  app.post("/v1/reply", (c) =>
    streamSSE(c, async (stream) => {
      for (const word of ["Guten", "Morgen", "Welt"]) await stream.writeSSE({ event: "token", data: word });
    }),
  );
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    codes,
    get handled() {
      return handled;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface RawAnswer {
  status: number;
  body: string;
}

export interface RawRequest {
  method: string;
  path: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
  /** The length the head promises; the body's own where not said. */
  announced?: number;
}

/** Sends exactly these header lines, repeated ones too, which no client library would; reads one whole answer. */
export function sendRaw(port: number, { method, path, headers, body, announced = body.length }: RawRequest): Promise<RawAnswer> {
  const lines = [["host", "node.test"], ["content-length", String(announced)], ...headers];
  const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const [, status, length, answer] = /^HTTP\/1\.1 (\d{3}).*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n(.*)$/is.exec(received) ?? [];
      if (answer === undefined || answer.length < Number(length)) return;
      resolve({ status: Number(status), body: answer });
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`the connection closed after ${JSON.stringify(received)}`)));
    socket.write(head);
    socket.write(body);
  });
}

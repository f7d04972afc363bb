import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { WebSocketServer } from "ws";
import { lockDataDir } from "./data-lock.ts";
import { Engine, EngineStoppedError } from "./engine.ts";
import { answerSql } from "./http-sql.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { passwordCheck } from "./password.ts";
import { SocketSession } from "./socket-session.ts";
import { TurnQueue } from "./turn-queue.ts";

export interface PostgresGatewayOptions {
  dataDir: string;
  /** 0 takes any free port. */
  port: number;
  password: string;
  bodyLimitBytes?: number;
  /** Queries that may wait for the engine; the next one is refused with Postgres's code 53300. */
  maxWaiting?: number;
  transactionIdleMs?: number;
  /** How often checkpoints and dead rows are looked after. */
  housekeepingMs?: number;
  /** Called once when the engine broke: this process cannot answer any more. */
  onEngineStopped?: (error: Error) => void;
}

export interface PostgresGateway extends AsyncDisposable {
  port: number;
  /** What Neon's client takes as its connection string. */
  url: string;
  close(): Promise<void>;
}

const maxSockets = 200;

/** Opens the folder and answers Neon's HTTP and WebSocket protocols on the loopback interface. */
export async function startPostgresGateway(options: PostgresGatewayOptions): Promise<PostgresGateway> {
  const { bodyLimitBytes = 64 * 1024 * 1024, maxWaiting = 1_000, transactionIdleMs = 30_000, housekeepingMs = 30_000 } = options;
  await using opened = new AsyncDisposableStack();
  const dataDir = resolve(options.dataDir);
  opened.use(lockDataDir(dataDir));

  // The port is taken before the folder is opened, which takes far longer: a port in use is known at once.
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 60_000 }, (request, response) => answer(request, response));
  await listen(server, options.port);
  opened.defer(() => server.closeAllConnections());
  opened.defer(() => void server.close());

  const engine = await Engine.open(dataDir);
  opened.defer(() => engine.close());
  const turns = new TurnQueue(maxWaiting);
  const sessions = new Set<SocketSession>();
  const isPassword = passwordCheck(options.password);
  const service = { engine, turns, isPassword, bodyLimitBytes, inboxLimitBytes: bodyLimitBytes, transactionIdleMs, loginMs: 10_000, sessions };
  const report = (error: unknown) => {
    if (error instanceof EngineStoppedError) options.onEngineStopped?.(error);
  };
  answer = (request, response) => {
    if (pathOf(request.url) === "/sql") answerSql(service, request, response).catch(report);
    else response.writeHead(404).end();
  };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: bodyLimitBytes, perMessageDeflate: false });
  server.on("upgrade", (request, socket, head) => {
    if (pathOf(request.url) !== "/v2" || sessions.size >= maxSockets) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => void new SocketSession(service, webSocket).ended.catch(report));
  });
  // Whoever waits for a turn is answered before the engine goes.
  opened.defer(async () => {
    server.close();
    for (const client of sockets.clients) client.terminate();
    await Promise.allSettled([...sessions].map((session) => session.ended));
    await turns.take();
  });
  opened.use(startHousekeeping(engine, turns, housekeepingMs));

  const { port } = server.address() as AddressInfo;
  const url = `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
  const open = opened.move();
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= open.disposeAsync());
  return { port, url, close, [Symbol.asyncDispose]: close };
}

function pathOf(url: string | undefined): string | undefined {
  return url?.split("?", 1)[0];
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

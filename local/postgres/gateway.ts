import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { WebSocketServer } from "ws";
import { lockDataDir } from "./data-lock.ts";
import { Engine, EngineStoppedError } from "./engine.ts";
import { answerSql } from "./http-sql.ts";
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
  const { bodyLimitBytes = 64 * 1024 * 1024, maxWaiting = 1_000, transactionIdleMs = 30_000, onEngineStopped } = options;
  const dataDir = resolve(options.dataDir);
  const lock = lockDataDir(dataDir);
  let engine: Engine | undefined;
  try {
    engine = await Engine.open(dataDir);
    const turns = new TurnQueue(maxWaiting);
    const isPassword = passwordCheck(options.password);
    const service = { engine, turns, isPassword, bodyLimitBytes, inboxLimitBytes: bodyLimitBytes, transactionIdleMs, loginMs: 10_000 };
    const report = (error: unknown) => {
      if (error instanceof EngineStoppedError) onEngineStopped?.(error);
    };

    const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 60_000 }, (request, response) => {
      if (request.url?.split("?", 1)[0] !== "/sql") return void response.writeHead(404).end();
      answerSql(service, request, response).catch(report);
    });
    const sockets = new WebSocketServer({ noServer: true, maxPayload: bodyLimitBytes, perMessageDeflate: false });
    const sessions = new Set<SocketSession>();
    server.on("upgrade", (request, socket, head) => {
      if (request.url?.split("?", 1)[0] !== "/v2" || sessions.size >= maxSockets) return void socket.destroy();
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const session = new SocketSession(service, webSocket);
        sessions.add(session);
        void session.ended.catch(report).finally(() => sessions.delete(session));
      });
    });
    await listen(server, options.port);

    const { port } = server.address() as AddressInfo;
    const stop = async () => {
      server.close();
      for (const client of sockets.clients) client.terminate();
      await Promise.allSettled([...sessions].map((session) => session.ended));
      // Whoever holds or waits for a turn is answered before the engine goes.
      using _turn = await turns.take();
      server.closeAllConnections();
      await engine!.close();
      lock[Symbol.dispose]();
    };
    let stopped: Promise<void> | undefined;
    const close = () => (stopped ??= stop());
    const url = `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
    return { port, url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await engine?.close();
    lock[Symbol.dispose]();
    throw error;
  }
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

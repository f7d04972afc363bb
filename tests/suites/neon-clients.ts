import { neonConfig, Pool, type NeonDbError } from "@neondatabase/serverless";
import { expect } from "vitest";
import { WebSocket } from "ws";

/** Neon's clients reach whichever gateway a connection string names, by its port. */
export function reachGatewaysByPort(): void {
  neonConfig.fetchEndpoint = (_host, port) => `http://127.0.0.1:${port}/sql`;
  neonConfig.wsProxy = (_host, port) => `127.0.0.1:${port}/v2`;
  neonConfig.useSecureWebSocket = false;
  neonConfig.webSocketConstructor = WebSocket;
}

/** A client of its own, over WebSocket. */
export async function withPool<T>(url: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString: url });
  pool.on("error", () => undefined);
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

export async function failureOf(query: Promise<unknown>): Promise<NeonDbError> {
  return query.then(
    () => expect.fail("the query should have failed"),
    (error: unknown) => error as NeonDbError,
  );
}

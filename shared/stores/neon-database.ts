import { neon, NeonDbError, neonConfig } from "@neondatabase/serverless";
import { Failure } from "#shared/contract/failures.ts";
import type { Database, Row } from "./database.ts";

/** Whether an error came from a statement (a constraint, say) and not from the way to the database. */
export function isStatementError(error: unknown, code?: string): boolean {
  return error instanceof NeonDbError && error.code !== undefined && (code === undefined || error.code === code);
}

/**
 * Neon's HTTP driver behind the `Database` port. `endpoint` replaces Neon's own address where the database stands
 * behind the embedded gateway.
 */
export function neonDatabase(connectionString: string, endpoint?: string): Database {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = () => endpoint;
  const client = neon(connectionString, { disableWarningInBrowsers: true });
  const orAway = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isStatementError(error)) throw error;
      throw new Failure("store.away", { cause: error });
    }
  };
  return {
    query: (statement) => orAway(client.query(statement.text, statement.params) as Promise<Row[]>),
    transaction: (statements) =>
      orAway(client.transaction(statements.map((one) => client.query(one.text, one.params))) as Promise<Row[][]>),
  };
}

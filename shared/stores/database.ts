/** One SQL statement with its parameters. */
export interface Statement {
  text: string;
  params: unknown[];
}

export type Row = Record<string, unknown>;

/**
 * Postgres over one request a call. `transaction` runs its statements in order, all or nothing, in one round trip;
 * rejects with a `Failure` of `store.away` when the database does not answer.
 */
export interface Database {
  query(statement: Statement): Promise<Row[]>;
  transaction(statements: Statement[]): Promise<Row[][]>;
}

export function sql(text: string, ...params: unknown[]): Statement {
  return { text, params };
}

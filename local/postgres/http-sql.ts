import type { IncomingMessage, ServerResponse } from "node:http";
import type { BackendReply, StatementResult } from "./backend-reply.ts";
import { ReplyTooLargeError, type Engine } from "./engine.ts";
import { maxParameters, type QueryParameter, type Statement } from "./frontend-messages.ts";
import { passwordOf } from "./password.ts";
import { TurnAbandonedError, TurnRefusedError, type TurnQueue } from "./turn-queue.ts";

export interface SqlService {
  engine: Engine;
  turns: TurnQueue;
  isPassword: (candidate: string) => boolean;
  bodyLimitBytes: number;
}

const isolationLevels: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/** Command tags after which the one session of the engine would remember something that a request must not leave behind. */
const sessionTags = new Set(["SET", "LISTEN", "DECLARE CURSOR"]);

/** A request that was refused before it reached Postgres, answered in the same form as Postgres's own errors. */
class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Answers `POST /sql`, Neon's SQL over HTTP: one statement, or a batch that is one transaction. */
export async function answerSql(service: SqlService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method !== "POST") throw new RequestError(405, "08P01", "send queries to /sql with POST");
    authorize(service, request);
    const body = parseBody(await readBody(request, service.bodyLimitBytes));
    if (header(request, "neon-raw-text-output") === "false") {
      throw new RequestError(400, "0A000", "this embedded Postgres answers raw text only: send Neon-Raw-Text-Output: true");
    }
    const asArrays = header(request, "neon-array-mode") === "true";
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableEnded) gone.abort();
    });
    const reply = await runInTurn(service, gone.signal, body, request);
    if (reply.error !== undefined) return send(response, 400, reply.error);
    send(response, 200, body.batch ? { results: reply.results.slice(1, -1).map((one) => present(one, asArrays)) } : present(reply.results[0]!, asArrays));
  } catch (error) {
    if (error instanceof TurnAbandonedError) return;
    const refusal = refusalOf(error);
    if (refusal === undefined) {
      send(response, 500, { message: "the embedded Postgres stopped; its process has to be started again", code: "57P02", severity: "FATAL" });
      throw error;
    }
    // What is left of the body is not read: the connection ends with this answer.
    if (!request.complete) response.setHeader("connection", "close");
    send(response, refusal.status, { message: refusal.message, code: refusal.code, severity: "ERROR" });
  }
}

async function runInTurn({ engine, turns }: SqlService, gone: AbortSignal, body: Body, request: IncomingMessage): Promise<BackendReply> {
  const begin = body.batch ? beginStatement(request) : undefined;
  using _turn = await turns.take(gone);
  let reply: BackendReply;
  do reply = await runStatements(engine, body.statements, begin);
  while (engine.prepared.settle(reply));
  if (reply.status !== "I") await engine.exchange((messages) => messages.simple("ROLLBACK"));
  if (reply.results.some((one) => sessionTags.has(one.tag))) await engine.forgetSession();
  return reply;
}

/** One round trip: after an error Postgres skips the rest up to the Sync, and COMMIT then ends the failed transaction. */
function runStatements(engine: Engine, statements: Statement[], begin: string | undefined): Promise<BackendReply> {
  return engine.exchange((messages) => {
    if (begin !== undefined) messages.simple(begin);
    engine.prepared.write(messages, statements);
    messages.sync();
    if (begin !== undefined) messages.simple("COMMIT");
  });
}

function beginStatement(request: IncomingMessage): string {
  let begin = "BEGIN";
  const level = header(request, "neon-batch-isolation-level");
  if (level !== undefined) {
    const words = isolationLevels[level];
    if (words === undefined) throw new RequestError(400, "22023", `Neon-Batch-Isolation-Level is one of ${Object.keys(isolationLevels).join(", ")}`);
    begin += ` ISOLATION LEVEL ${words}`;
  }
  const readOnly = header(request, "neon-batch-read-only");
  if (readOnly !== undefined) begin += readOnly === "true" ? " READ ONLY" : " READ WRITE";
  const deferrable = header(request, "neon-batch-deferrable");
  if (deferrable !== undefined) begin += deferrable === "true" ? " DEFERRABLE" : " NOT DEFERRABLE";
  return begin;
}

function authorize({ isPassword }: SqlService, request: IncomingMessage): void {
  const password = passwordOf(header(request, "neon-connection-string") ?? "");
  if (password === undefined || !isPassword(password)) {
    throw new RequestError(401, "28P01", "password authentication failed: check the password in the connection string");
  }
}

async function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  const tooLarge = () => new RequestError(413, "54000", `a request body holds at most ${limitBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        request.pause();
        reject(tooLarge());
      }
    });
    request.once("end", () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString("utf8")));
    request.once("error", () => reject(new TurnAbandonedError("the client went away")));
  });
}

interface Body {
  batch: boolean;
  statements: Statement[];
}

function parseBody(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new RequestError(400, "08P01", "the request body is not JSON");
  }
  const queries = typeof body === "object" && body !== null && "queries" in body ? body.queries : undefined;
  if (queries === undefined) return { batch: false, statements: [parseStatement(body)] };
  if (!Array.isArray(queries)) throw new RequestError(400, "08P01", "queries has to be an array");
  return { batch: true, statements: queries.map(parseStatement) };
}

function parseStatement(value: unknown): Statement {
  const { query, params = [] } = (typeof value === "object" && value !== null ? value : {}) as { query?: unknown; params?: unknown };
  if (typeof query !== "string") throw new RequestError(400, "08P01", "query has to be a text");
  // The wire protocol ends a text at its first zero byte: what follows would be read as another message.
  if (query.includes("\0")) throw new RequestError(400, "22021", "query contains a zero byte");
  if (!Array.isArray(params)) throw new RequestError(400, "08P01", "params has to be an array");
  if (params.length > maxParameters) throw new RequestError(400, "54023", `a query takes at most ${maxParameters} parameters, not ${params.length}`);
  return { query, params: params.map(parseParameter) };
}

function parseParameter(value: unknown): QueryParameter {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new RequestError(400, "08P01", "params holds texts, numbers, booleans and nulls; send arrays and objects as text");
}

function present({ fields, rows, tag }: StatementResult, asArrays: boolean): object {
  const words = tag.split(" ");
  const count = Number.parseInt(words.at(-1)!, 10);
  return {
    fields,
    command: words[0],
    rowCount: Number.isNaN(count) ? null : count,
    rows: asArrays ? rows : rows.map((row) => Object.fromEntries(row.map((cell, i) => [fields[i]!.name, cell]))),
    rowAsArray: asArrays,
  };
}

function refusalOf(error: unknown): { status: number; code: string; message: string } | undefined {
  if (error instanceof RequestError) return error;
  if (error instanceof TurnRefusedError) return { status: 400, code: "53300", message: `sorry, too many clients already: ${error.message}` };
  if (error instanceof ReplyTooLargeError) return { status: 400, code: "54000", message: error.message };
  return undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function send(response: ServerResponse, status: number, body: object): void {
  // A text, unlike a buffer, leaves in one write together with the header.
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

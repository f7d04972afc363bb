import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { RedisError, type RedisEngine, type Reply, type Word } from "./engine.ts";
import { BadRequest, parseCommand, parseCommands, parseJson, renderError, renderReply, replyBytes, type Encoding } from "./rest.ts";
import { startEngine, type EngineChoice } from "./start-engine.ts";

export interface RedisGatewayOptions {
  /** 0 takes a free one. */
  port: number;
  token: string;
  engine?: EngineChoice;
  limits?: Partial<Limits>;
}

export interface Limits {
  bodyBytes: number;
  replyBytes: number;
  commandsPerRequest: number;
  requestsAtOnce: number;
  /**
   * Open connections, most of them idle: a client keeps as many as it once needed. Whoever is past this is cut off without a word, so it
   * lies well above `requestsAtOnce`, past which they are told to try again.
   */
  connections: number;
}

export interface RedisGateway {
  readonly port: number;
  readonly url: string;
  readonly engine: RedisEngine["name"];
  close(): Promise<void>;
}

const defaultLimits: Limits = { bodyBytes: 10 * 2 ** 20, replyBytes: 64 * 2 ** 20, commandsPerRequest: 1_000, requestsAtOnce: 1_024, connections: 4_096 };
/** Commands of a pipeline that are under way together; the bound on answers is looked at between two such lots. */
const lotSize = 64;

/** Serves the Upstash REST API on loopback: `POST /`, `/pipeline` and `/multi-exec`; and, of its own, `GET /served`: how many those were. */
export async function startRedisGateway({ port, token, engine: choice = "auto", limits: given }: RedisGatewayOptions): Promise<RedisGateway> {
  if (token === "") throw new Error("The Redis gateway needs a token that is not empty.");
  const engine = await startEngine(choice);
  const limits = { ...defaultLimits, ...given };
  const gateway = new Gateway(engine, token, limits);
  const server = createServer((request, response) => void gateway.serve(request, response));
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 30_000;
  server.maxConnections = limits.connections;
  try {
    const taken = await listen(server, port);
    return {
      port: taken,
      url: `http://127.0.0.1:${taken}`,
      engine: engine.name,
      close: async () => {
        await closeServer(server);
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

class Gateway {
  readonly #engine: RedisEngine;
  readonly #tokenDigest: Buffer;
  readonly #limits: Limits;
  #underWay = 0;
  /** Requests let in since the start: tells whoever measures how many round trips a page takes. */
  #served = 0;

  constructor(engine: RedisEngine, token: string, limits: Limits) {
    this.#engine = engine;
    this.#tokenDigest = digest(token);
    this.#limits = limits;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: string) => {
      const headers: Record<string, string | number> = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      // What is left of a body that is not wanted would otherwise be read as the next request.
      if (!request.complete) headers.connection = "close";
      response.writeHead(status, headers).end(body);
    };
    if (!this.#authorized(request)) return answer(401, renderError("WRONGPASS invalid or missing auth token"));
    if (request.method === "GET" && request.url === "/served") return answer(200, JSON.stringify({ requests: this.#served }));
    if (request.method !== "POST") return answer(405, renderError("ERR commands are sent by POST"));
    if (this.#underWay >= this.#limits.requestsAtOnce) return answer(503, renderError("ERR too many requests at once; try again"));
    this.#underWay++;
    this.#served++;
    try {
      const body = await this.#body(request);
      if (body === undefined) return answer(413, renderError(`ERR max request size exceeded: the body may have ${this.#limits.bodyBytes} bytes`));
      const { status, text } = await this.#run(request.url ?? "/", body, encodingOf(request));
      answer(status, text);
    } catch (error) {
      if (request.errored) response.destroy();
      else if (error instanceof BadRequest) answer(400, renderError(error.message));
      else answer(503, renderError(`ERR ${error instanceof Error ? error.message : "the Redis engine failed"}`));
    } finally {
      this.#underWay--;
    }
  }

  async #run(path: string, body: Buffer, encoding: Encoding): Promise<{ status: number; text: string }> {
    switch (path) {
      case "/": {
        const reply = await this.#engine.execute(parseCommand(parseJson(body), "body"));
        this.#checkSize(replyBytes(reply));
        return { status: reply instanceof RedisError ? 400 : 200, text: renderReply(reply, encoding) };
      }
      case "/pipeline":
        return { status: 200, text: list(await this.#pipeline(this.#commands(body)), encoding) };
      case "/multi-exec": {
        const replies = await this.#engine.transaction(this.#commands(body));
        this.#checkSize(replyBytes(replies));
        if (replies instanceof RedisError) return { status: 400, text: renderError(replies.message) };
        return { status: 200, text: list(replies, encoding) };
      }
      default:
        return { status: 404, text: renderError("ERR there is only /, /pipeline and /multi-exec; a command goes in the body, not in the path") };
    }
  }

  async #pipeline(commands: Word[][]): Promise<Reply[]> {
    const replies: Reply[] = [];
    let bytes = 0;
    for (let at = 0; at < commands.length; at += lotSize) {
      const lot = await Promise.all(commands.slice(at, at + lotSize).map((words) => this.#engine.execute(words)));
      bytes += replyBytes(lot);
      this.#checkSize(bytes);
      replies.push(...lot);
    }
    return replies;
  }

  #commands(body: Buffer): Word[][] {
    return parseCommands(parseJson(body), this.#limits.commandsPerRequest);
  }

  #checkSize(bytes: number): void {
    if (bytes > this.#limits.replyBytes) throw new BadRequest(`ERR max response size exceeded: an answer may have ${this.#limits.replyBytes} bytes`);
  }

  /** Compares digests, which are of one length, in constant time. */
  #authorized(request: IncomingMessage): boolean {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    return timingSafeEqual(digest(given), this.#tokenDigest);
  }

  /** The whole body, or `undefined` as soon as it is longer than allowed. */
  async #body(request: IncomingMessage): Promise<Buffer | undefined> {
    const most = this.#limits.bodyBytes;
    if (Number(request.headers["content-length"] ?? 0) > most) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) return undefined;
      chunks.push(chunk);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }
}

function encodingOf(request: IncomingMessage): Encoding {
  return request.headers["upstash-encoding"] === "base64" ? "base64" : "plain";
}

function list(replies: readonly Reply[], encoding: Encoding): string {
  return `[${replies.map((reply) => renderReply(reply, encoding)).join(",")}]`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** Lets what is under way finish, for a second at most. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(cut);
}

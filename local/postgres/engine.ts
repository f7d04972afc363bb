import { PGlite } from "@electric-sql/pglite";
import { fuzzystrmatch } from "@electric-sql/pglite/contrib/fuzzystrmatch";
import { vector } from "@electric-sql/pglite-pgvector";
import { readReply, type BackendReply } from "./backend-reply.ts";
import { ensureDataFolder } from "./data-folder.ts";
import { FrontendMessages } from "./frontend-messages.ts";
import { PreparedStatements } from "./prepared-statements.ts";

/** The backend stopped in the middle of its work; only a new process can open the folder again. */
export class EngineStoppedError extends Error {
  override name = "EngineStoppedError";
  readonly code = "engine_stopped";
}

/** A bound on memory: the statement has run, but its answer is not handed on. */
export class ReplyTooLargeError extends Error {
  override name = "ReplyTooLargeError";
}

const firstReplyBytes = 64 * 1024;
const maxReplyBytes = 256 * 1024 * 1024;

/** One Postgres backend in this process. Callers take turns (see `TurnQueue`): one backend has one session. */
export class Engine {
  readonly #database: PGlite;
  readonly #messages = new FrontendMessages();
  readonly prepared = new PreparedStatements();
  #reply = Buffer.allocUnsafe(firstReplyBytes);
  #replyEnd = 0;
  #stopped: EngineStoppedError | undefined;
  /** How often the engine has run, to tell whether anything happened. */
  runs = 0;

  /** Postgres's own version, for instance `18.0`. */
  readonly version: string;

  private constructor(database: PGlite, version: string) {
    this.#database = database;
    this.version = version;
  }

  /** Opens the folder, and makes it first where there is none. The caller holds its lock. */
  static async open(dataDir: string): Promise<Engine> {
    await ensureDataFolder(dataDir);
    const database = await PGlite.create({ dataDir, extensions: { vector, fuzzystrmatch }, relaxedDurability: false });
    const { rows } = await database.query<{ server_version: string }>("show server_version");
    return new Engine(database, rows[0]!.server_version);
  }

  /**
   * Runs frontend messages and gives the backend's answer, which is valid only until the next run. `execProtocolRaw` would
   * also parse every message and keep it for ever; the streaming call hands the bytes over and forgets them.
   */
  async run(messages: Uint8Array): Promise<Buffer> {
    if (this.#stopped !== undefined) throw this.#stopped;
    this.runs++;
    this.#replyEnd = 0;
    if (this.#reply.length > 1 << 20) this.#reply = Buffer.allocUnsafe(firstReplyBytes);
    try {
      await this.#database.execProtocolRawStream(messages, { onRawData: (bytes) => this.#keep(bytes) });
    } catch (error) {
      this.#stopped = new EngineStoppedError("the Postgres engine stopped unexpectedly", { cause: error });
      throw this.#stopped;
    }
    if (this.#replyEnd > maxReplyBytes) {
      throw new ReplyTooLargeError(`an answer holds at most ${maxReplyBytes} bytes, not ${this.#replyEnd}: ask for fewer rows at a time`);
    }
    return this.#reply.subarray(0, this.#replyEnd);
  }

  /** Writes messages and reads their answer in one go: the common way in. */
  async exchange(write: (messages: FrontendMessages) => void): Promise<BackendReply> {
    write(this.#messages.reset());
    const reply = readReply(await this.run(this.#messages.bytes()));
    if (reply.status === undefined) {
      this.#stopped = new EngineStoppedError("the Postgres engine gave no complete answer");
      throw this.#stopped;
    }
    return reply;
  }

  /** Forgets what statements like SET, LISTEN or DECLARE left in the one session that everyone shares. */
  async forgetSession(): Promise<void> {
    this.prepared.forget();
    await this.exchange((messages) => messages.simple("close all; set session authorization default; reset all; unlisten *"));
  }

  /** A checkpoint first, so that the next start has nothing to replay. */
  async close(): Promise<void> {
    if (this.#stopped !== undefined) return;
    await this.exchange((messages) => messages.simple("checkpoint"));
    this.#stopped = new EngineStoppedError("the Postgres engine is closed");
    await this.#database.close();
  }

  /** The bytes lie in the engine's own memory, which may move: they are copied once, here. */
  #keep(bytes: Uint8Array): void {
    const end = this.#replyEnd + bytes.length;
    if (end > maxReplyBytes) {
      this.#replyEnd = end;
      return;
    }
    if (end > this.#reply.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#reply.length * 2, end));
      this.#reply.copy(larger, 0, 0, this.#replyEnd);
      this.#reply = larger;
    }
    this.#reply.set(bytes, this.#replyEnd);
    this.#replyEnd = end;
  }
}

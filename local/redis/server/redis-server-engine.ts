import { setTimeout as sleep } from "node:timers/promises";
import { checkCommand } from "../command-names.ts";
import { RedisError, type RedisEngine, type Reply, type Word } from "../engine.ts";
import { startRedisProcess, type RedisProcess } from "./redis-process.ts";
import { RespConnection } from "./resp-connection.ts";

export interface RedisServerOptions {
  maxMemoryMb?: number;
  /** When a command has gone this long without an answer (a script that never ends), redis-server is replaced. */
  replyTimeoutMs?: number;
}

interface Live {
  readonly process: RedisProcess;
  readonly connection: RespConnection;
}

const startTimeoutMs = 10_000;
const restartsPerMinute = 5;

/**
 * Real Redis, in a process of its own that we start. Should it die or hang, what waited is refused and the next command
 * starts a new, empty one: it holds nothing that cannot be lost.
 */
export class RedisServerEngine implements RedisEngine {
  readonly name = "redis-server";
  readonly #maxMemoryMb: number;
  readonly #replyTimeoutMs: number;
  readonly #watchdog: NodeJS.Timeout;
  #live: Promise<Live> | undefined;
  #starts: number[] = [];
  #closed = false;

  private constructor({ maxMemoryMb = 256, replyTimeoutMs = 10_000 }: RedisServerOptions) {
    this.#maxMemoryMb = maxMemoryMb;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#watchdog = setInterval(() => void this.#replaceIfHung(), Math.min(1_000, replyTimeoutMs / 2)).unref();
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServerEngine> {
    const engine = new RedisServerEngine(options);
    try {
      await engine.#connected();
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async execute(words: readonly Word[]): Promise<Reply> {
    const name = checkCommand(words);
    if (name instanceof RedisError) return name;
    const { connection } = await this.#connected();
    return connection.send(words);
  }

  async transaction(commands: readonly (readonly Word[])[]): Promise<RedisError | Reply[]> {
    const refused = commands.map(checkCommand).find((name) => name instanceof RedisError);
    if (refused) return new RedisError("EXECABORT Transaction discarded because of previous errors.");
    const { connection } = await this.#connected();
    const all = [["MULTI"], ...commands, ["EXEC"]].map((words) => connection.send(words));
    const result = (await Promise.all(all)).at(-1)!;
    return Array.isArray(result) || result instanceof RedisError ? result : [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watchdog);
    const live = await this.#live?.catch(() => undefined);
    live?.connection.destroy(new Error("The Redis engine is closed."));
    await live?.process.stop();
  }

  #connected(): Promise<Live> {
    if (this.#closed) return Promise.reject(new Error("The Redis engine is closed."));
    return (this.#live ??= this.#start().catch((error: unknown) => {
      this.#live = undefined;
      throw error;
    }));
  }

  async #start(): Promise<Live> {
    const now = performance.now();
    this.#starts = [...this.#starts.filter((at) => at > now - 60_000), now];
    if (this.#starts.length > restartsPerMinute) throw new Error("redis-server keeps ending; it is tried again within a minute.");
    const process = startRedisProcess(this.#maxMemoryMb);
    try {
      const connection = await this.#connect(process);
      return { process, connection };
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  async #connect(process: RedisProcess): Promise<RespConnection> {
    let output: string | undefined;
    void process.ended.then((last) => (output = last));
    const forget = () => {
      if (this.#closed) return;
      this.#live = undefined;
      void process.stop();
    };
    for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline; await sleep(5)) {
      if (output !== undefined) throw new Error(`redis-server ended as it started: ${output}`);
      const connection = await RespConnection.open(process.socketPath, forget).catch(() => undefined);
      if (connection) return connection;
    }
    throw new Error(`redis-server did not open its socket within ${startTimeoutMs} ms.`);
  }

  async #replaceIfHung(): Promise<void> {
    const live = await this.#live?.catch(() => undefined);
    if (live && live.connection.oldestWaitMs() > this.#replyTimeoutMs) {
      live.connection.destroy(new Error(`redis-server gave no answer in ${this.#replyTimeoutMs} ms and was replaced.`));
    }
  }
}

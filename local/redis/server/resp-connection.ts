import { connect, type Socket } from "node:net";
import type { Reply, Word } from "../engine.ts";
import { encodeCommand, ReplyDecoder } from "./resp.ts";

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: Error) => void;
  readonly since: number;
}

/** One socket to redis-server on which commands are sent without waiting; replies come back in the same order. */
export class RespConnection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #first = 0;
  #unsent: Buffer[] = [];
  #failure: Error | undefined;

  private constructor(socket: Socket, onClose: (reason: Error) => void) {
    this.#socket = socket;
    const decoder = new ReplyDecoder((reply) => this.#answer(reply));
    socket.on("data", (chunk) => {
      try {
        decoder.push(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on("error", (error) => (this.#failure ??= error));
    socket.on("close", () => {
      const reason = (this.#failure ??= new Error("redis-server closed the connection"));
      for (const { reject } of this.#waiting.splice(0).slice(this.#first)) reject(reason);
      this.#first = 0;
      onClose(reason);
    });
  }

  static open(path: string, onClose: (reason: Error) => void): Promise<RespConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RespConnection(socket, onClose));
      });
    });
  }

  /** How long (ms) the oldest unanswered command has waited. */
  oldestWaitMs(): number {
    const oldest = this.#waiting[this.#first];
    return oldest === undefined ? 0 : performance.now() - oldest.since;
  }

  send(words: readonly Word[]): Promise<Reply> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, since: performance.now() });
      if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
      this.#unsent.push(...encodeCommand(words));
    });
  }

  destroy(reason: Error): void {
    this.#failure ??= reason;
    this.#socket.destroy();
  }

  /** Everything sent in one turn leaves in one write. */
  #flush(): void {
    const parts = this.#unsent;
    this.#unsent = [];
    this.#socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  }

  #answer(reply: Reply): void {
    const waiting = this.#waiting[this.#first++];
    if (this.#first > 1024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    waiting?.resolve(reply);
  }
}

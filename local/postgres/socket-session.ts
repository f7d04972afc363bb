import type { RawData, WebSocket } from "ws";
import { lastStatus } from "./backend-reply.ts";
import type { Engine } from "./engine.ts";
import { ClientInbox, type ClientMessage } from "./client-inbox.ts";
import { copyFail } from "./frontend-messages.ts";
import { authenticated, cleartextPasswordRequest, errorResponse } from "./server-messages.ts";
import { StatementNames } from "./statement-names.ts";
import { TurnRefusedError, type TurnQueue } from "./turn-queue.ts";

export interface SocketService {
  engine: Engine;
  turns: TurnQueue;
  isPassword: (candidate: string) => boolean;
  inboxLimitBytes: number;
  /** How long a client may think inside a transaction while everyone else waits. */
  transactionIdleMs: number;
  loginMs: number;
  /** The sessions that are open; each leaves by itself. */
  sessions: Set<SocketSession>;
}

/** These end a step: the backend answers when it has read one. */
const stepEnds = new Set(["Q", "S", "H"]);
/** Everything else a client may send to the backend; an unknown type would end the whole engine. */
const stepParts = new Set(["P", "B", "D", "E", "C"]);
/** Data of a COPY: refused, see `copyFail`. */
const copyParts = new Set(["d", "c", "f"]);

/**
 * One Postgres connection inside a WebSocket. From the first message of a transaction until the backend reports itself
 * idle the session holds the turn, so that nobody else's statements end up in its transaction.
 */
export class SocketSession {
  readonly #service: SocketService;
  readonly #socket: WebSocket;
  readonly #inbox: ClientInbox;
  readonly #gone = new AbortController();
  readonly #names = new StatementNames(++sessionCount);
  #phase: "startup" | "password" | "ready" = "startup";
  #step: Buffer[] = [];
  #turn: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  /** Settles when the socket is closed and the session has left nothing behind in the engine. */
  readonly ended: Promise<void>;

  constructor(service: SocketService, socket: WebSocket) {
    this.#service = service;
    this.#socket = socket;
    service.sessions.add(this);
    this.#inbox = new ClientInbox(service.inboxLimitBytes);
    this.#timer = setTimeout(() => this.#fail("08P01", "the client did not log in in time"), service.loginMs);
    socket.on("message", (data) => this.#receive(data));
    socket.on("error", () => socket.terminate());
    this.ended = new Promise((resolve, reject) => {
      socket.once("close", () => {
        clearTimeout(this.#timer);
        this.#gone.abort();
        this.#leave().then(resolve, reject);
      });
    });
  }

  #receive(data: RawData): void {
    if (!this.#inbox.add(data as Buffer)) return this.#fail("54000", `at most ${this.#service.inboxLimitBytes} bytes may wait`);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    try {
      for (;;) {
        const message = this.#phase === "startup" ? this.#inbox.nextStartup() : this.#inbox.next();
        if (message === undefined || this.#socket.readyState !== this.#socket.OPEN) break;
        await this.#handle(message);
      }
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      if (error instanceof TurnRefusedError) return this.#fail("53300", `sorry, too many clients already: ${error.message}`);
      this.#fail("XX000", error instanceof Error ? error.message : "the session failed");
    }
  }

  async #handle({ type, bytes }: ClientMessage): Promise<void> {
    if (type === "startup") return this.#startUp(bytes);
    if (this.#phase === "password") return this.#logIn(type, bytes);
    if (type === "X") return this.#socket.close();
    if (copyParts.has(type)) return;
    if (!stepParts.has(type) && !stepEnds.has(type)) return this.#fail("08P01", `the message type ${JSON.stringify(type)} is not known`);
    this.#step.push(this.#names.scope(type, bytes));
    if (type === "Q" || type === "E") this.#step.push(copyFail);
    // What has arrived together runs together: a pipelining client gets one answer for all of it.
    if (stepEnds.has(type) && !this.#inbox.hasMessage()) await this.#runStep();
  }

  #startUp(bytes: Buffer): void {
    const protocol = bytes.readInt32BE(4);
    if (protocol === sslRequest || protocol === gssRequest) return this.#socket.send("N");
    if (protocol >> 16 !== 3) return this.#fail("0A000", "only version 3 of the Postgres protocol is spoken here");
    this.#phase = "password";
    this.#socket.send(cleartextPasswordRequest);
  }

  #logIn(type: string, bytes: Buffer): void {
    if (type !== "p" || !this.#service.isPassword(bytes.toString("utf8", 5, bytes.length - 1))) {
      return this.#fail("28P01", "password authentication failed");
    }
    clearTimeout(this.#timer);
    this.#phase = "ready";
    this.#socket.send(authenticated(this.#service.engine.version));
  }

  async #runStep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#turn ??= await this.#service.turns.take(this.#gone.signal);
    const messages = Buffer.concat(this.#step);
    this.#step = [];
    const { engine } = this.#service;
    // What a client sends here is not looked into: it may change tables, or drop everyone's statements.
    engine.prepared.forget();
    const answer = await engine.run(messages);
    // The engine uses its buffer again: what goes out asynchronously has to be a copy.
    const reply = Buffer.from(answer);
    if (lastStatus(reply) === "I") this.#release();
    else this.#timer = setTimeout(() => this.#fail("25P03", "terminating connection due to idle-in-transaction timeout"), this.#service.transactionIdleMs);
    // A client that reads slowly waits for itself only, and never with the turn in its hand unless in a transaction.
    await new Promise<void>((sent) => this.#socket.send(reply, () => sent()));
  }

  #release(): void {
    this.#turn?.[Symbol.dispose]();
    this.#turn = undefined;
  }

  #fail(code: string, message: string): void {
    this.#socket.send(errorResponse(code, message));
    this.#socket.close();
    // A client that does not close its side must not keep the turn.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  /** Ends an open transaction, also when the client vanished in the middle of it, and what else it kept in the engine. */
  async #leave(): Promise<void> {
    const { engine, sessions, turns } = this.#service;
    await this.#working;
    clearTimeout(this.#timer);
    sessions.delete(this);
    if (this.#phase !== "ready") return;
    const inTransaction = this.#turn !== undefined;
    const names = this.#names.closeAll();
    const isLast = sessions.size === 0;
    if (!inTransaction && !isLast && names.length === 0) return;
    using _turn = this.#turn ?? (await turns.take());
    if (inTransaction) await engine.exchange((messages) => messages.sync().simple("ROLLBACK"));
    if (names.length > 0) await engine.exchange((messages) => messages.raw(names).sync());
    // Settings are shared by all sessions: taking them away under another one that still works would be worse.
    if (isLast) await engine.forgetSession();
  }
}

let sessionCount = 0;
const sslRequest = 80877103;
const gssRequest = 80877104;

/** One whole message from a client; `type` is its letter, or `startup` for the first, which has none. */
export interface ClientMessage {
  type: string;
  bytes: Buffer;
}

const maxStartupBytes = 10_000;

/** Cuts what arrives in WebSocket frames, which may split or join messages, into whole Postgres messages. */
export class ClientInbox {
  readonly #limitBytes: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** False when more waits than may. */
  add(data: Buffer): boolean {
    if (this.#bytes.length + data.length > this.#limitBytes) return false;
    this.#bytes = this.#bytes.length === 0 ? data : Buffer.concat([this.#bytes, data]);
    return true;
  }

  nextStartup(): ClientMessage | undefined {
    if (this.#bytes.length < 8) return undefined;
    const length = this.#bytes.readInt32BE(0);
    if (length < 8 || length > maxStartupBytes) throw new RangeError("the startup message has an impossible length");
    return this.#take("startup", length);
  }

  next(): ClientMessage | undefined {
    const length = this.#nextLength();
    return length === undefined ? undefined : this.#take(String.fromCharCode(this.#bytes[0]!), length);
  }

  hasMessage(): boolean {
    const length = this.#nextLength();
    return length !== undefined && length <= this.#bytes.length;
  }

  /** The length of the next message with its letter; undefined while not even that has arrived. */
  #nextLength(): number | undefined {
    if (this.#bytes.length < 5) return undefined;
    const length = this.#bytes.readInt32BE(1);
    if (length < 4 || length > this.#limitBytes) throw new RangeError("a message has an impossible length");
    return 1 + length;
  }

  #take(type: string, length: number): ClientMessage | undefined {
    if (this.#bytes.length < length) return undefined;
    const bytes = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return { type, bytes };
  }
}

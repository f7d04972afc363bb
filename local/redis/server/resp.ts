import { RedisError, type Reply, type Word } from "../engine.ts";

const crlf = Buffer.from("\r\n");

/** A command in RESP2: an array of length-prefixed words. */
export function encodeCommand(words: readonly Word[]): Buffer[] {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === "string" ? Buffer.from(word, "utf8") : Buffer.from(word.buffer, word.byteOffset, word.length);
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, crlf);
  }
  return parts;
}

/** An array being filled, and how many of its items are still to come. */
interface Open {
  readonly items: Reply[];
  missing: number;
}

/**
 * Reads RESP2 replies from chunks cut anywhere. A long value that arrives in many chunks is joined once, and nesting
 * is kept in a list of its own, so that a half-read array is never read again from its start.
 */
export class ReplyDecoder {
  readonly #onReply: (reply: Reply) => void;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #at = 0;
  /** How many bytes must be there before it is worth looking again. */
  #needed = 1;
  #open: Open[] = [];

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#buffered);
    this.#at = 0;
    this.#needed = 0;
    while (this.#at < bytes.length && this.#readItem(bytes));
    const rest = bytes.subarray(this.#at);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
    this.#needed = Math.max(this.#needed, rest.length + 1);
  }

  /** Reads one item; false when it has not all arrived. */
  #readItem(bytes: Buffer): boolean {
    const end = bytes.indexOf(crlf, this.#at);
    if (end === -1) return false;
    const type = bytes[this.#at];
    const line = bytes.toString("utf8", this.#at + 1, end);
    const next = end + crlf.length;
    if (type === 0x24 /* $ */) {
      const length = lengthOf(line);
      if (length === -1) return this.#take(next, null);
      if (bytes.length < next + length + crlf.length) {
        this.#needed = next + length + crlf.length - this.#at;
        return false;
      }
      // Copied, so that a small value does not keep the whole chunk alive.
      return this.#take(next + length + crlf.length, Buffer.from(bytes.subarray(next, next + length)));
    }
    if (type === 0x2a /* * */) {
      const length = lengthOf(line);
      if (length === -1) return this.#take(next, null);
      if (length === 0) return this.#take(next, []);
      this.#open.push({ items: [], missing: length });
      this.#at = next;
      return true;
    }
    if (type === 0x2b /* + */) return this.#take(next, line);
    if (type === 0x2d /* - */) return this.#take(next, new RedisError(line));
    if (type === 0x3a /* : */) return this.#take(next, integerOf(line));
    throw new Error(`redis-server sent what is not RESP2: a reply that begins with byte ${type}`);
  }

  /** Ends an item at `next` and hands it to the array it belongs to, or to the reader of replies. */
  #take(next: number, reply: Reply): true {
    this.#at = next;
    let done = reply;
    for (;;) {
      const parent = this.#open.at(-1);
      if (parent === undefined) {
        this.#onReply(done);
        return true;
      }
      parent.items.push(done);
      if (--parent.missing > 0) return true;
      this.#open.pop();
      done = parent.items;
    }
  }
}

function lengthOf(line: string): number {
  if (!/^(-1|\d{1,10})$/.test(line)) throw new Error("redis-server sent what is not RESP2: a length that is not a number");
  return Number(line);
}

function integerOf(line: string): number | bigint {
  const value = Number(line);
  return Number.isSafeInteger(value) ? value : BigInt(line);
}

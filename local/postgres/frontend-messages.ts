/** What a client may send after it is authenticated: https://www.postgresql.org/docs/18/protocol-message-formats.html */
export type QueryParameter = string | null;

export interface Statement {
  query: string;
  params: QueryParameter[];
}

/** Bind counts its parameters in sixteen bits. */
export const maxParameters = 65_535;

/**
 * PGlite's main loop ends the whole program when a COPY FROM STDIN runs out of input. So every statement is followed by a
 * CopyFail: Postgres ignores it unless a COPY waits for data, and then it ends that COPY with an ordinary error.
 */
export const copyFail: Buffer = message("f", "this embedded Postgres takes no data through COPY FROM STDIN\0");

/** Writes frontend messages into one buffer, which is used again from request to request. */
export class FrontendMessages {
  #buffer = Buffer.allocUnsafe(16_384);
  #end = 0;

  reset(): this {
    this.#end = 0;
    // A single huge query must not keep its memory for good.
    if (this.#buffer.length > 1 << 20) this.#buffer = Buffer.allocUnsafe(16_384);
    return this;
  }

  /** What has been written; valid until the next `reset`. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  /** A statement without parameters through the simple protocol; it brings its own ReadyForQuery. */
  simple(sql: string): this {
    const start = this.#open("Q");
    this.#cString(sql);
    this.#close(start);
    return this.#append(copyFail);
  }

  /** Parses and executes without keeping anything, as the unnamed statement. Ends with no Sync. */
  statement({ query, params }: Statement): this {
    return this.parse("", query).execute("", params);
  }

  parse(name: string, sql: string): this {
    const start = this.#open("P");
    this.#cString(name);
    this.#cString(sql);
    this.#int16(0);
    this.#close(start);
    return this;
  }

  /** Bind, Describe and Execute of a statement that has been parsed, everything as text. */
  execute(name: string, params: readonly QueryParameter[]): this {
    const start = this.#open("B");
    this.#cString("");
    this.#cString(name);
    this.#int16(0);
    this.#int16(params.length);
    for (const param of params) this.#parameter(param);
    this.#int16(0);
    this.#close(start);
    return this.#append(describeAndExecute).#append(copyFail);
  }

  /** Frees a statement's name; not an error when it names none. */
  closeStatement(name: string): this {
    const start = this.#open("C");
    this.#cString(`S${name}`);
    this.#close(start);
    return this;
  }

  /** Messages that are written out already. */
  raw(messages: Buffer): this {
    return this.#append(messages);
  }

  sync(): this {
    return this.#append(syncMessage);
  }

  #parameter(param: QueryParameter): void {
    if (param === null) {
      this.#int32(-1);
      return;
    }
    const at = this.#end;
    this.#int32(0);
    this.#text(param);
    this.#buffer.writeInt32BE(this.#end - at - 4, at);
  }

  #open(type: string): number {
    this.#ensure(5);
    this.#buffer[this.#end] = type.charCodeAt(0);
    this.#end += 5;
    return this.#end - 4;
  }

  #close(lengthAt: number): void {
    this.#buffer.writeInt32BE(this.#end - lengthAt, lengthAt);
  }

  #text(text: string): void {
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    this.#ensure(text.length * 3);
    this.#end += this.#buffer.write(text, this.#end, "utf8");
  }

  #cString(text: string): void {
    this.#text(text);
    this.#ensure(1);
    this.#buffer[this.#end++] = 0;
  }

  #int16(value: number): void {
    this.#ensure(2);
    this.#end = this.#buffer.writeUInt16BE(value, this.#end);
  }

  #int32(value: number): void {
    this.#ensure(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  #append(bytes: Buffer): this {
    this.#ensure(bytes.length);
    this.#end += bytes.copy(this.#buffer, this.#end);
    return this;
  }

  #ensure(extra: number): void {
    if (this.#end + extra <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + extra));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

const describeAndExecute = Buffer.concat([message("D", "P\0"), message("E", "\0\0\0\0\0")]);
const syncMessage = message("S", "");

function message(type: string, body: string): Buffer {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0, "latin1");
  bytes.writeInt32BE(4 + body.length, 1);
  bytes.write(body, 5, "latin1");
  return bytes;
}

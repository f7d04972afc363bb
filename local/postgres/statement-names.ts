/**
 * Keeps the named statements of sessions apart: all sessions share one backend, and pools like to give the same statement
 * the same name on every connection. A name gets the session's prefix on its way in; no answer ever repeats it.
 */
export class StatementNames {
  readonly #prefix: Buffer;
  readonly #names = new Set<string>();

  constructor(session: number) {
    this.#prefix = Buffer.from(`${session}:`);
  }

  /** The message with its statement's name made the session's own; unnamed statements stay as they are. */
  scope(type: string, message: Buffer): Buffer {
    const at = nameAt(type, message);
    const end = at === undefined ? -1 : message.indexOf(0, at);
    // A text without its end is for the backend to complain about.
    if (at === undefined || end <= at) return message;
    const name = message.toString("latin1", at, end);
    if (type === "P") this.#names.add(name);
    if (type === "C") this.#names.delete(name);
    const scoped = Buffer.concat([message.subarray(0, at), this.#prefix, message.subarray(at)]);
    scoped.writeInt32BE(scoped.length - 1, 1);
    return scoped;
  }

  /** Close messages for everything that the session leaves behind; empty when there is nothing. */
  closeAll(): Buffer {
    const closes = [...this.#names].map((name) => {
      const body = Buffer.concat([Buffer.from("S"), this.#prefix, Buffer.from(`${name}\0`, "latin1")]);
      const head = Buffer.from("C....", "latin1");
      head.writeInt32BE(body.length + 4, 1);
      return Buffer.concat([head, body]);
    });
    return Buffer.concat(closes);
  }
}

/** Where the statement's name begins in a Parse, Bind, Describe or Close; undefined where a message has none. */
function nameAt(type: string, message: Buffer): number | undefined {
  if (type === "P") return 5;
  if (type === "B") {
    const portalEnd = message.indexOf(0, 5);
    return portalEnd === -1 ? undefined : portalEnd + 1;
  }
  if ((type === "D" || type === "C") && message[5] === 0x53) return 6;
  return undefined;
}

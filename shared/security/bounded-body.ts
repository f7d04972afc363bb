export class BodyTooLarge extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`the body is larger than ${limitBytes} bytes`);
    this.name = "BodyTooLarge";
    this.limitBytes = limitBytes;
  }
}

/**
 * The whole of a body that may hold at most `limitBytes`; what passes the limit is dropped with all that came before.
 * A sender hears an answer only once they have sent what they meant to, so up to `drainBytes` more are read and forgotten;
 * then the stream is left where it is, since cancelling it would cut the connection before an answer.
 */
export async function readBounded(body: ReadableStream<Uint8Array> | null, limitBytes: number, drainBytes = 0): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  let chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limitBytes + drainBytes) break;
    if (length > limitBytes) chunks = [];
    else chunks.push(value);
  }
  if (length > limitBytes) throw new BodyTooLarge(limitBytes);
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

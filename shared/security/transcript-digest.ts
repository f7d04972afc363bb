import { contentDigest } from "./content-digest.ts";

/**
 * The digest of all that went over a stream, however it was cut into chunks. WebCrypto digests only whole buffers, so
 * the transcript is kept, up to a limit that no persona's reply comes near.
 */
export class TranscriptDigest {
  readonly #chunks: Uint8Array[] = [];
  readonly #limitBytes: number;
  #length = 0;

  constructor(limitBytes = 1 << 20) {
    this.#limitBytes = limitBytes;
  }

  update(chunk: Uint8Array): void {
    this.#length += chunk.byteLength;
    if (this.#length > this.#limitBytes) throw new RangeError(`the stream is longer than ${this.#limitBytes} bytes`);
    this.#chunks.push(chunk.slice());
  }

  /** In the form of a `Content-Digest` field. */
  async final(): Promise<string> {
    const whole = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return contentDigest(whole);
  }
}

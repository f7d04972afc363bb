import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { imagePackType, packImages } from "#shared/contract/image-pack.ts";
import { EmbedImageAnswer, EmbedImagesAnswer } from "#shared/contract/node.ts";
import { importPublicKey, importSigner, type KeyPairText } from "#shared/security/keys.ts";
import { signedFetch, type SignedFetch } from "#shared/security/signed-fetch.ts";
import { inGroups, timed, type Measured } from "./side.ts";

/** Asks the node as the edge does: signed over HTTP, each answer's signature checked. */
export class NodeAsker {
  readonly #ask: SignedFetch;
  readonly #bytes = new Map<string, Uint8Array>();

  private constructor(ask: SignedFetch) {
    this.#ask = ask;
  }

  static async of(port: number, edge: KeyPairText, node: KeyPairText): Promise<NodeAsker> {
    return new NodeAsker(signedFetch({
      fetch, clock: Date.now, tag: "node-1", baseUrl: `http://127.0.0.1:${port}`,
      signer: await importSigner("edge-1", edge.privateKey),
      nodeKeys: new Map([["node-key", await importPublicKey(node.publicKey)]]),
    }));
  }

  async hold(files: readonly string[]): Promise<void> {
    for (const file of files) this.#bytes.set(file, await readFile(file));
  }

  /** Requests of `list` images each, `width` under way at a time. */
  async embed(files: readonly string[], list: number, width: number): Promise<Measured> {
    return timed(inGroups(files, list), width, (group) => (list === 1 ? this.vector(group[0]!) : this.#pack(group)));
  }

  async vector(file: string): Promise<number[]> {
    return EmbedImageAnswer.parse(await this.#post(this.#bytes.get(file)!, "application/octet-stream")).vector;
  }

  async #pack(files: readonly string[]): Promise<void> {
    const { images } = EmbedImagesAnswer.parse(await this.#post(packImages(files.map((file) => this.#bytes.get(file)!)), imagePackType));
    const refused = images.find((image) => "problem" in image);
    if (refused !== undefined) throw new Error(refused.problem.detail);
  }

  async #post(body: Uint8Array, contentType: string): Promise<unknown> {
    const response = await this.#ask("/v1/embed/images", { method: "POST", body, contentType, deadlineMs: 120_000, requestId: randomUUID() });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the node answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

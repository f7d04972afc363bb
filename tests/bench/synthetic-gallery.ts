import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { moods } from "#shared/contract/image.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit, type Vector } from "#shared/kernel/vector.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";

const { space, dim } = nodeEncoder;
const styles = 40;
/** Length of the noise against a style's own direction: two of a style lie about 0.2 apart, two of different styles about 1. */
const noise = 0.5;
const creators = 300;
const batch = 500;
const regionsPatienceMs = 150_000;

/**
 * A gallery of any size without drawing it: rows and clustered unit vectors of the encoder's own space, written through the
 * database port. Composing a page reads nothing else of an image; its files would only be fetched by a browser.
 */
export class SyntheticGallery {
  readonly #database: Database;
  readonly #random = seededRandom("a gallery for the bench");
  readonly #centres: Vector[];
  readonly #byStyle: string[][] = Array.from({ length: styles }, () => []);
  #size = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#centres = Array.from({ length: styles }, () => unit(this.#direction()));
  }

  get size(): number {
    return this.#size;
  }

  /** Ids of the images of one style; styles are counted round. */
  ofStyle(style: number): readonly string[] {
    return this.#byStyle[style % styles]!;
  }

  async growTo(size: number): Promise<void> {
    while (this.#size < size) await this.#add(Math.min(batch, size - this.#size));
    await this.#database.query(sql(`analyze`));
  }

  /**
   * Waits until the node has drawn the regions from nine images in ten, as it would have in a gallery that stood for a day;
   * it does not draw them anew for less than a tenth (gpu-node/taste/regions-watch.ts).
   */
  async regionsDrawn(): Promise<void> {
    for (const until = performance.now() + regionsPatienceMs; performance.now() < until; await sleep(250)) {
      const [row] = await this.#database.query(sql(`select count(*)::int as count from image_regions where space = $1`, space));
      if ((row!["count"] as number) >= 0.9 * this.#size) return;
    }
    throw new Error(`the node did not draw the regions of ${this.#size} images within ${regionsPatienceMs / 1000} s`);
  }

  async #add(count: number): Promise<void> {
    const images = Array.from({ length: count }, (_, i) => {
      const style = (this.#size + i) % styles;
      const away = this.#direction();
      const vector = unit(this.#centres[style]!.map((value, axis) => value + noise * away[axis]!));
      return { id: randomUUID(), style, vector, creator: Math.floor(this.#random() * creators), mood: moods[style % moods.length]!, phash: this.#phash() };
    });
    await pgvectorStore(this.#database).upsert(space, images.map(({ id, vector }) => ({ image_id: id, vector })));
    await this.#database.query(
      sql(
        `insert into images (id, width, height, caption, style, tags, mood, creator, thumbhash, phash, colour, quality, media_type)
         select id, 1024, 768, 'A picture of the ' || style || ' kind, as captions go', style, array[style, 'picture', 'bench'], mood,
                creator, '1QcSHQRnh493V4dIh4eXh1h4kJUI', phash, '#8899aa', 0.3 + 0.6 * random(), 'image/webp'
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) as given (id, style, mood, creator, phash)`,
        images.map(({ id }) => id), images.map(({ style }) => `style ${style}`), images.map(({ mood }) => mood),
        images.map(({ creator }) => `creator ${creator}`), images.map(({ phash }) => phash),
      ),
    );
    for (const { id, style } of images) this.#byStyle[style]!.push(id);
    this.#size += count;
  }

  /** Of length about 1, in a random direction. */
  #direction(): Vector {
    return Float32Array.from({ length: dim }, () => drawNormal(this.#random) / Math.sqrt(dim));
  }

  /** Random bits: two of them differ in about 32 of 64, so none counts as a near-duplicate. */
  #phash(): string {
    return Array.from({ length: 16 }, () => Math.floor(this.#random() * 16).toString(16)).join("");
  }
}

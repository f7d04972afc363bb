import { residentVectors, type ResidentVectors } from "#gpu-node/taste/resident-vectors.ts";
import type { Candidate, Source } from "#shared/feed/candidate.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit, type Vector } from "#shared/kernel/vector.ts";
import { calibrate, type SpaceCalibration } from "#shared/taste/calibration.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste, type Taste } from "#shared/taste/taste.ts";

const space = "bench-1";
export const now = Date.UTC(2027, 0, 1);
const styles = 96;
/** Length of the noise against a style's own direction: two of a style lie about 0.08 apart, two of different styles 1. */
const noise = 0.3;
/** As many as fill a puddle's list of recent members. */
const likesPerPuddle = 10;

/** A gallery in memory alone: clustered unit vectors behind the node's own search, and facts as composition needs them. */
export class MemoryGallery {
  readonly dim: number;
  readonly images: Omit<Candidate, "sources">[] = [];
  readonly #random = seededRandom("a gallery in memory");
  readonly #centres: Vector[];
  readonly #byId = new Map<string, Omit<Candidate, "sources">>();
  #calibration: SpaceCalibration | undefined;

  constructor(dim: number) {
    this.dim = dim;
    this.#centres = [];
    while (this.#centres.length < styles) this.#centres.push(atRightAngles(this.#direction(), this.#centres));
  }

  growTo(size: number): void {
    for (let i = this.images.length; i < size; i++) {
      const style = i % styles;
      const away = this.#direction();
      const vector = unit(this.#centres[style]!.map((value, axis) => value + noise * away[axis]!));
      const image_id = this.#uuid();
      const image = {
        image_id, vector, creator: `creator ${i % 300}`, style: `style ${style}`, region_id: `r${style}`,
        phash: (BigInt(Math.floor(this.#random() * 2 ** 32)) << 32n) | BigInt(Math.floor(this.#random() * 2 ** 32)),
        created_at: now - this.#random() * 90 * dayMs, quality: 0.3 + 0.6 * this.#random(), popularity: this.#random() ** 4,
      };
      this.images.push(image);
      this.#byId.set(image_id, image);
    }
  }

  get calibration(): SpaceCalibration {
    return (this.#calibration ??= calibrate(space, this.images.slice(0, 2_000).map(({ vector }) => vector), this.#random));
  }

  get regions() {
    return this.#centres.map((centroid, r) => ({ id: `r${r}`, centroid, reward: { alpha: 1, beta: 9 } }));
  }

  /** The node's search over the first `size` images. */
  async search(size: number): Promise<ResidentVectors> {
    const ids = this.images.slice(0, size).map(({ image_id }, seq) => ({ id: image_id, seq: seq + 1 }));
    const resident = residentVectors({
      space, dim: this.dim, capacity: size,
      images: { idsAfter: (after, limit) => Promise.resolve(ids.slice(after, after + limit)) },
      store: {
        upsert: () => Promise.resolve(), remove: () => Promise.resolve(), count: () => Promise.resolve(size), search: () => Promise.resolve([]),
        fetch: (_, wanted) => Promise.resolve(new Map(wanted.map((id) => [id, this.image(id).vector]))),
      },
    });
    await resident.follow();
    return resident;
  }

  /** The taste of a viewer who liked ten images of each of as many styles as there shall be puddles, and hid one of each of some others. */
  taste(puddles: number, viewer = "v", hidden = 0): Taste {
    const likes = Array.from({ length: puddles * likesPerPuddle }, (_, i): TasteEvent => ({
      viewer_seq: i + 1, event_id: `${viewer}-${i}`, kind: "like", image_id: this.images[(i % puddles) + styles * Math.floor(i / puddles)]!.image_id, at: now - dayMs + i * 1_000,
    }));
    const events = [...likes, ...Array.from({ length: hidden }, (_, n): TasteEvent => ({
      viewer_seq: likes.length + n + 1, event_id: `${viewer}-hidden-${n}`, kind: "hide", image_id: this.images[styles - 1 - n]!.image_id, at: now - 1_000,
    }))];
    const taste = applyEvents(emptyTaste(viewer, space), events, (id) => this.image(id).vector, this.calibration);
    if (taste.puddles.length !== puddles) throw new Error(`a viewer of the bench has ${taste.puddles.length} puddles, not ${puddles}: styles lie too near together or too far apart`);
    return taste;
  }

  image(id: string): Omit<Candidate, "sources"> {
    return this.#byId.get(id)!;
  }

  /** `count` images anywhere among the first `size`, for a source. */
  some(count: number, size: number, source: Source): Candidate[] {
    return Array.from({ length: count }, () => ({ ...this.images[Math.floor(this.#random() * size)]!, sources: [source] }));
  }

  #uuid(): string {
    const hex = Array.from({ length: 32 }, () => Math.floor(16 * this.#random()).toString(16)).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  #direction(): Vector {
    return Float32Array.from({ length: this.dim }, () => drawNormal(this.#random) / Math.sqrt(this.dim));
  }
}

/** What is left of a vector across all the others (Gram–Schmidt), unit: styles that lie apart, so that each is a puddle of its own. */
function atRightAngles(vector: Vector, others: readonly Vector[]): Vector {
  const left = Float64Array.from(vector);
  for (const other of others) {
    const along = left.reduce((sum, value, axis) => sum + value * other[axis]!, 0);
    for (let axis = 0; axis < left.length; axis++) left[axis]! -= along * other[axis]!;
  }
  return unit(left);
}

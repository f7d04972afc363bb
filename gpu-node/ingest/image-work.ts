import { ImageRefused } from "./refusal.ts";

export type ImageWorkFault = "busy" | "too_slow" | "crashed";

/** The node could not do its work on an image; the image itself may be fine. */
export class ImageWorkFailed extends Error {
  override readonly name = "ImageWorkFailed";
  readonly code: ImageWorkFault;

  constructor(code: ImageWorkFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface ImageWorkTerms {
  /** Images in hand or waiting; one more is refused as busy. */
  most: number;
  /** Longest time for one image, waiting included. */
  timeLimitMs: number;
  /** What is done, for those who are told that it was not. */
  words: { verb: string; done: string; noun: string };
}

/** Bounds work on images that goes on in other threads: how many at once, and how long one may take. */
export class ImageWork {
  readonly #terms: ImageWorkTerms;
  #load = 0;

  constructor(terms: ImageWorkTerms) {
    this.#terms = terms;
  }

  get load(): number {
    return this.#load;
  }

  /** What `work` gives. Rejects with `ImageRefused` for the image's fault, the signal's reason when aborted, and else with `ImageWorkFailed`. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { most, timeLimitMs, words } = this.#terms;
    signal?.throwIfAborted();
    if (this.#load >= most) throw new ImageWorkFailed("busy", `Too many images are waiting to be ${words.done}; try again in a moment.`);
    const deadline = AbortSignal.timeout(timeLimitMs);
    this.#load++;
    try {
      return await work(signal ? AbortSignal.any([signal, deadline]) : deadline);
    } catch (error) {
      if (error instanceof ImageRefused) throw error;
      signal?.throwIfAborted();
      if (error instanceof ImageWorkFailed) throw error;
      if (deadline.aborted) throw new ImageWorkFailed("too_slow", `The image took longer than ${timeLimitMs} ms to ${words.verb}; send a simpler one.`);
      throw new ImageWorkFailed("crashed", `The ${words.noun} of the image broke off; it may be tried once more.`, { cause: error });
    } finally {
      this.#load--;
    }
  }
}

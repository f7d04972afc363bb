/** Numbers for one input of a network, row by row. */
export interface Numbers {
  type: "float32" | "int64";
  dims: readonly number[];
  data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
}

/**
 * Pictures for one input: each `[side, side, 3] uint8`. They become `[n, 3, side, side] float32` only beside the network, so that a
 * quarter of the bytes travel and wait.
 */
export interface Pictures {
  type: "pictures";
  side: number;
  pictures: readonly Uint8Array<ArrayBuffer>[];
  /** What each of the 256 values of red, then of green, then of blue stands for: `[3, 256] float32`. */
  values: Float32Array<ArrayBuffer>;
}

/** What is given to a network, by the name of its input; an input that it does not have is passed over. */
export type Feeds = Readonly<Record<string, Numbers | Pictures>>;

/** What came out of it; half-precision numbers as float32. */
export interface Answer {
  dims: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

/** Pictures as a network takes them: channel by channel, each value looked up. */
export function spreadPictures({ side, pictures, values }: Pictures): Float32Array<ArrayBuffer> {
  const area = side * side;
  const out = new Float32Array(pictures.length * 3 * area);
  for (const [n, picture] of pictures.entries()) {
    if (picture.length !== 3 * area) throw new RangeError(`a picture of ${side} × ${side} has ${3 * area} values, not ${picture.length}`);
    const red = 3 * n * area, green = red + area, blue = green + area;
    for (let i = 0, from = 0; i < area; i++, from += 3) {
      out[red + i] = values[picture[from]!]!;
      out[green + i] = values[256 + picture[from + 1]!]!;
      out[blue + i] = values[512 + picture[from + 2]!]!;
    }
  }
  return out;
}

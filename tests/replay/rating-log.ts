import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { parse } from "csv-parse";

/** A log of ratings as columns, in the order of the file: `[count]` each. */
export interface RatingLog {
  viewers: string[];
  images: string[];
  /** Index into `viewers`, into `images`. */
  viewer: Int32Array;
  image: Int32Array;
  rating: Float32Array;
  /** Milliseconds since the epoch. */
  at: Float64Array;
  count: number;
  bad: BadLines;
}

/** Lines that could not be read: how many, and what was wrong with the first of them. */
export interface BadLines {
  count: number;
  first: string[];
}

/** What is wrong with a file as a whole; the message names it and says what to do. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";
}

const fields = {
  viewer: ["viewer", "viewer_id", "viewerid", "user", "user_id", "userid"],
  image: ["image", "image_id", "imageid", "item", "item_id", "itemid"],
  rating: ["rating", "score", "value"],
  timestamp: ["timestamp", "time", "at", "date", "occurred_at"],
} as const;
type Field = keyof typeof fields;

/** With what is made of them these take about half a gigabyte. */
const mostRatings = 5_000_000;
const shownBadLines = 5;
const longestLine = 64 * 1024;

/**
 * Reads `file` line by line: a header with the four fields by any of their usual names in any order, then ratings. A line that
 * cannot be read is counted and left out. `read` hears how many bytes were read so far.
 */
export async function readRatings(file: string, read: (bytes: number) => void = () => undefined, most = mostRatings): Promise<RatingLog> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UnreadableFile(`${file} is not a file; --ratings takes a CSV with the columns viewer, image, rating, timestamp.`);
  const source = createReadStream(file);
  let bytes = 0;
  source.on("data", (chunk) => read((bytes += chunk.length)));
  const lines = source.pipe(parse({ bom: true, trim: true, info: true, skip_empty_lines: true, relax_column_count: true, relax_quotes: true, max_record_size: longestLine }));
  source.on("error", (error) => lines.destroy(error));

  const columns = new Columns();
  const bad: BadLines = { count: 0, first: [] };
  let places: Record<Field, number> | undefined;
  try {
    for await (const { record, info } of lines as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (places === undefined) {
        places = placesOf(record, file);
        continue;
      }
      const row = readRow(record, places);
      if (typeof row === "string") {
        bad.count++;
        if (bad.first.length < shownBadLines) bad.first.push(`${file}:${info.lines}: ${row}`);
      } else columns.push(row);
      if (columns.count > most) throw new UnreadableFile(`${file} holds more than ${most.toLocaleString("en")} ratings; give a part of it.`);
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`${file} cannot be read as CSV: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
  if (places === undefined) throw new UnreadableFile(`${file} is empty; the first line names the columns viewer, image, rating, timestamp.`);
  if (columns.count === 0) throw new UnreadableFile(`${file} holds no rating that can be read${bad.first[0] === undefined ? "." : `: ${bad.first[0]}`}`);
  return columns.log(bad);
}

function placesOf(header: readonly string[], file: string): Record<Field, number> {
  const names = header.map((name) => name.toLowerCase());
  const place = (field: Field) => {
    const at = names.findIndex((name) => (fields[field] as readonly string[]).includes(name));
    if (at < 0) throw new UnreadableFile(`${file}:1: no column “${field}”; the header names ${header.join(", ")}. Accepted for it: ${fields[field].join(", ")}.`);
    return at;
  };
  return { viewer: place("viewer"), image: place("image"), rating: place("rating"), timestamp: place("timestamp") };
}

interface Rating {
  viewer: string;
  image: string;
  rating: number;
  at: number;
}

/** The rating of a line, or what is wrong with it. */
function readRow(record: readonly string[], places: Record<Field, number>): Rating | string {
  const of = (field: Field) => record[places[field]] ?? "";
  for (const field of ["viewer", "image", "rating", "timestamp"] as const) if (of(field) === "") return `${field} is missing`;
  const rating = Number(of("rating"));
  if (!Number.isFinite(rating)) return `rating is not a number: ${shortened(of("rating"))}`;
  const at = timeOf(of("timestamp"));
  if (Number.isNaN(at)) return `timestamp is neither seconds, milliseconds nor a date: ${shortened(of("timestamp"))}`;
  return { viewer: of("viewer"), image: of("image"), rating, at };
}

/** Numbers below 10¹¹ are seconds since the epoch (until the year 5138), larger ones milliseconds; else a date as ISO 8601 has it. */
function timeOf(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number)) return Math.abs(number) < 1e11 ? number * 1_000 : number;
  return Date.parse(text);
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Columns that double when full. */
class Columns {
  count = 0;
  #viewer = new Int32Array(1 << 14);
  #image = new Int32Array(1 << 14);
  #rating = new Float32Array(1 << 14);
  #at = new Float64Array(1 << 14);
  readonly #viewers = new Map<string, number>();
  readonly #images = new Map<string, number>();

  push({ viewer, image, rating, at }: Rating): void {
    if (this.count === this.#at.length) this.#grow();
    this.#viewer[this.count] = numberOf(this.#viewers, viewer);
    this.#image[this.count] = numberOf(this.#images, image);
    this.#rating[this.count] = rating;
    this.#at[this.count] = at;
    this.count++;
  }

  log(bad: BadLines): RatingLog {
    const { count } = this;
    return {
      viewers: [...this.#viewers.keys()], images: [...this.#images.keys()], count, bad,
      viewer: this.#viewer.subarray(0, count), image: this.#image.subarray(0, count),
      rating: this.#rating.subarray(0, count), at: this.#at.subarray(0, count),
    };
  }

  #grow(): void {
    const length = 2 * this.count;
    const grown = <T extends Int32Array | Float32Array | Float64Array>(into: T, from: T): T => (into.set(from), into);
    this.#viewer = grown(new Int32Array(length), this.#viewer);
    this.#image = grown(new Int32Array(length), this.#image);
    this.#rating = grown(new Float32Array(length), this.#rating);
    this.#at = grown(new Float64Array(length), this.#at);
  }
}

function numberOf(known: Map<string, number>, name: string): number {
  const number = known.get(name) ?? known.size;
  if (number === known.size) known.set(name, number);
  return number;
}

import { createReadStream } from "node:fs";

/** The operator that weighs a whole tensor, all items of a batch together, to choose its eight-bit scale. */
const mixing = Buffer.from("DynamicQuantizeLinear");

/** Whether a network's own arithmetic lets the items of a batch change each other's answers, so that they have to be run alone. */
export async function mixesItems(file: string): Promise<boolean> {
  let before = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([before, chunk]);
    if (seen.includes(mixing)) return true;
    before = seen.subarray(-mixing.length);
  }
  return false;
}

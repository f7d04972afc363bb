import { describe, expect, it } from "vitest";
import { BodyTooLarge, readBounded } from "./bounded-body.ts";

/** A body of `chunks` chunks of ten bytes, and how many of them were asked for. */
function bodyOf(chunks: number): { body: ReadableStream<Uint8Array>; read: () => number } {
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (read === chunks) return controller.close();
        read++;
        controller.enqueue(new Uint8Array(10).fill(read));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => read };
}

describe("a body that may hold so many bytes", () => {
  it("is read whole up to and with the last of them", async () => {
    const whole = await readBounded(bodyOf(3).body, 30);
    expect(Array.from(whole)).toEqual([1, 2, 3].flatMap((value) => Array.from({ length: 10 }, () => value)));
    expect(await readBounded(null, 30)).toEqual(new Uint8Array(0));
  });

  it("is refused with one more, and not read on", async () => {
    const { body, read } = bodyOf(1_000);
    await expect(readBounded(body, 29)).rejects.toThrow(BodyTooLarge);
    expect(read()).toBe(3);
  });

  it("is read to its end before it is refused when that comes soon, so that its sender hears why", async () => {
    const { body, read } = bodyOf(5);
    await expect(readBounded(body, 29, 25)).rejects.toThrow(BodyTooLarge);
    expect(read()).toBe(5);
  });

  it("is not read on for ever", async () => {
    const { body, read } = bodyOf(1_000);
    await expect(readBounded(body, 29, 25)).rejects.toThrow(BodyTooLarge);
    expect(read()).toBe(6);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RedisError, type Reply } from "../engine.ts";
import { encodeCommand, ReplyDecoder } from "./resp.ts";

const line = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
const { reply } = fc.letrec<{ reply: Reply; leaf: Reply }>((tie) => ({
  leaf: fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.from("\r\n$5\r\n*1\r\n")),
    line,
    line.map((text) => new RedisError(text)),
    fc.maxSafeInteger(),
    fc.bigInt(2n ** 60n, 2n ** 63n - 1n),
    fc.constant(null),
  ),
  reply: fc.oneof({ maxDepth: 3 }, tie("leaf"), fc.array(tie("reply"), { maxLength: 4 })),
}));

/** What redis-server would send for a reply. */
function wire(value: Reply): Buffer {
  if (value === null) return Buffer.from("$-1\r\n");
  if (typeof value === "string") return Buffer.from(`+${value}\r\n`);
  if (value instanceof RedisError) return Buffer.from(`-${value.message}\r\n`);
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from("\r\n")]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from(`*${value.length}\r\n`), ...value.map(wire)]);
  return Buffer.from(`:${value}\r\n`);
}

describe("the RESP codec", () => {
  it("reads the same replies however the stream is cut into chunks", () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 30 }), (replies, cuts) => {
        const bytes = Buffer.concat(replies.map(wire));
        const read: Reply[] = [];
        const decoder = new ReplyDecoder((one) => read.push(one));
        let at = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
          if (cut > at) decoder.push(bytes.subarray(at, cut));
          at = Math.max(at, cut);
        }
        expect(read).toEqual(replies);
      }),
    );
  });

  it("reads them one byte at a time as well", () => {
    const bytes = wire([Buffer.from("a\r\nb"), [1, "OK"], [], null]);
    const read: Reply[] = [];
    const decoder = new ReplyDecoder((one) => read.push(one));
    for (const byte of bytes) decoder.push(Buffer.of(byte));
    expect(read).toEqual([[Buffer.from("a\r\nb"), [1, "OK"], [], null]]);
  });

  it("refuses a stream that is not RESP2, instead of waiting for ever", () => {
    const decoder = new ReplyDecoder(() => undefined);
    expect(() => decoder.push(Buffer.from("HTTP/1.1 200 OK\r\n"))).toThrow("not RESP2");
    expect(() => new ReplyDecoder(() => undefined).push(Buffer.from("$-7\r\n"))).toThrow("not RESP2");
  });

  it("counts the words of a command in bytes", () => {
    expect(Buffer.concat(encodeCommand(["set", "é", Uint8Array.of(0, 13, 10)])).toString("latin1")).toBe(
      `*3\r\n$3\r\nset\r\n$2\r\n${Buffer.from("é").toString("latin1")}\r\n$3\r\n\0\r\n\r\n`,
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatementNames } from "./statement-names.ts";

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

describe("StatementNames", () => {
  it("gives one name two meanings in two sessions, wherever a message carries it", () => {
    const bodies = { P: "same\0select 1\0\0\0", B: "portal\0same\0\0\0\0\0\0\0", D: "Ssame\0", C: "Ssame\0" };
    for (const [type, body] of Object.entries(bodies)) {
      const scoped = new StatementNames(7).scope(type, message(type, Buffer.from(body)));
      expect(scoped).toEqual(message(type, Buffer.from(body.replace("same", "7:same"))));
    }
  });

  it("leaves unnamed statements and portals alone", () => {
    const names = new StatementNames(7);
    for (const [type, body] of [["P", "\0select 1\0\0\0"], ["B", "portal\0\0\0\0\0\0\0\0"], ["D", "Pportal\0"], ["C", "S\0"], ["S", ""]] as const) {
      const bytes = message(type, Buffer.from(body));
      expect(names.scope(type, bytes)).toEqual(bytes);
    }
    expect(names.closeAll()).toHaveLength(0);
  });

  it("never changes a message's type or breaks its length, whatever it holds", () => {
    fc.assert(
      fc.property(fc.constantFrom("P", "B", "D", "C", "E", "Q"), fc.uint8Array({ maxLength: 40 }), (type, body) => {
        const scoped = new StatementNames(7).scope(type, message(type, Buffer.from(body)));
        expect(String.fromCharCode(scoped[0]!)).toBe(type);
        expect(scoped.readInt32BE(1)).toBe(scoped.length - 1);
      }),
    );
  });

  it("closes what was prepared and not closed", () => {
    const names = new StatementNames(7);
    for (const name of ["a", "b"]) names.scope("P", message("P", Buffer.from(`${name}\0select 1\0\0\0`)));
    names.scope("C", message("C", Buffer.from("Sa\0")));
    expect(names.closeAll()).toEqual(message("C", Buffer.from("S7:b\0")));
  });
});

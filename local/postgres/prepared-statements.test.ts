import { beforeEach, describe, expect, it } from "vitest";
import type { BackendReply } from "./backend-reply.ts";
import { FrontendMessages } from "./frontend-messages.ts";
import { PreparedStatements } from "./prepared-statements.ts";

const done: BackendReply = { results: [], status: "I" };
const failedWith = (code: string): BackendReply => ({ ...done, error: { severity: "ERROR", code, message: "" } });

let nowMs: number;
let prepared: PreparedStatements;

beforeEach(() => {
  nowMs = 1;
  prepared = new PreparedStatements({ now: () => nowMs });
});

/** What is done with each statement: `parse` leaves it prepared, `use` takes a prepared one, `once` keeps nothing. */
function write(...queries: string[]): string[] {
  const messages = new FrontendMessages();
  prepared.write(messages, queries.map((query) => ({ query, params: [] })));
  return stepsOf(messages.bytes());
}

function ask(...queries: string[]): string[] {
  const steps = write(...queries);
  prepared.settle(done);
  return steps;
}

function stepsOf(bytes: Buffer): string[] {
  const steps: string[] = [];
  let parsed: string | undefined;
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    const type = String.fromCharCode(bytes[at]!);
    const nameAt = type === "P" ? at + 5 : at + 6;
    const name = bytes.toString("latin1", nameAt, bytes.indexOf(0, nameAt));
    if (type === "P") parsed = name;
    if (type !== "B") continue;
    steps.push(name === "" ? "once" : name === parsed ? "parse" : "use");
    parsed = undefined;
  }
  return steps;
}

describe("PreparedStatements", () => {
  it("prepares a text when it comes again, and from then on uses it", () => {
    expect([ask("select 1"), ask("select 1"), ask("select 1"), ask("select 2")]).toEqual([["once"], ["parse"], ["use"], ["once"]]);
    expect(ask("select 3", "select 3", "select 3")).toEqual(["once", "parse", "use"]);
  });

  it("believes in no statement that a failed request may not have parsed, and in every one that was there before", () => {
    ask("select 1", "select 1", "select 2");
    expect(write("select 1", "select 2")).toEqual(["use", "parse"]);
    expect(prepared.settle(failedWith("23505"))).toBe(false);
    expect(ask("select 1", "select 2")).toEqual(["use", "parse"]);
  });

  it("takes a request without any answer for a failed one", () => {
    ask("select 1");
    expect(write("select 1")).toEqual(["parse"]);
    expect(write("select 1")).toEqual(["parse"]);
  });

  it("asks for a second try where an outdated statement may be at fault, and not for a third", () => {
    for (const code of ["0A000", "26000", "22P02", "42703", "42883"]) {
      ask("select 1", "select 1", "select 1");
      expect(write("select 1")).toEqual(["use"]);
      expect(prepared.settle(failedWith(code))).toBe(true);
      expect(write("select 1")).toEqual(["parse"]);
      expect(prepared.settle(failedWith(code))).toBe(false);
    }
  });

  it("asks for no second try of what does not rely on an earlier request", () => {
    expect(write("select nothing")).toEqual(["once"]);
    expect(prepared.settle(failedWith("42703"))).toBe(false);
    ask("select 1", "select 1");
    expect(write("select 1", "commit")).toEqual(["once", "once"]);
    expect(prepared.settle(failedWith("42703"))).toBe(false);
  });

  it.each(["alter table t add a int", "/* a */ create table t as /* b */ select 1", "set timezone = 'UTC'", "select set_config('a.b', 'c', true)", "deallocate all", "--select\ndo ''", `select '${"x".repeat(20_000)}'`])(
    "uses nothing and forgets everything with %.60s",
    (other) => {
      ask("select 1", "select 1");
      expect(ask("select 1", other, "select 1")).toEqual(["once", "once", "once"]);
      expect(ask("select 1")).toEqual(["parse"]);
    },
  );

  it.each(["-- why\n  select 1", "/* a * b */ (select 1)", "with a as (select 1) select * from a", "INSERT into t values (1)", "select * from t where at > now()", "update t set a = 'x', b = now()"])(
    "prepares %s",
    (text) => {
      expect([ask(text), ask(text), ask(text)]).toEqual([["once"], ["parse"], ["use"]]);
    },
  );

  it("never prepares a literal that stands for the moment of its parsing", () => {
    for (let i = 0; i < 3; i++) expect(ask("select 'now'::timestamptz", "select date 'Today'")).toEqual(["once", "once"]);
  });

  it("decides quickly, whatever the text is made of", () => {
    const from = performance.now();
    for (const piece of ["-- ", "/*", "/* */", "(", "'now", "'", "--\n", "* "]) ask(piece.repeat(5_000));
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it("parses again after a while, for the tables have grown since", () => {
    ask("select 1", "select 1");
    nowMs += 10_000;
    expect(ask("select 1")).toEqual(["use"]);
    nowMs += 1;
    expect([ask("select 1"), ask("select 1")]).toEqual([["parse"], ["use"]]);
  });

  it("keeps the 200 used last, within one request too", () => {
    const texts = Array.from({ length: 201 }, (_, i) => `select ${i}`);
    ask(...texts);
    expect(new Set(ask(...texts))).toEqual(new Set(["parse"]));
    expect(ask(texts[200]!, texts[1]!)).toEqual(["use", "use"]);
    expect(ask(texts[0]!)).toEqual(["parse"]);
    expect(ask(texts[2]!)).toEqual(["parse"]);
    expect(ask(texts[1]!, texts[0]!)).toEqual(["use", "use"]);
  });
});

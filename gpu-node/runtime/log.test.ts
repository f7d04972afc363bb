import { expect, it } from "vitest";
import { describeError, openLog } from "./log.ts";

const lines: string[] = [];
const log = openLog({ write: (line) => void lines.push(line), clock: () => 0, level: "info" });

it("writes one JSON object a line, with the request's id", () => {
  lines.length = 0;
  log({ event: "request.done", route: "/v1/ingest", status: 200, ms: 12, keyId: "edge-1" }, "request-0001");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(lines[0]!)).toEqual({
    at: "1970-01-01T00:00:00.000Z",
    level: "info",
    event: "request.done",
    request_id: "request-0001",
    route: "/v1/ingest",
    status: 200,
    ms: 12,
    keyId: "edge-1",
  });
});

it("leaves out what lies under its level, so that strangers cannot fill it", () => {
  lines.length = 0;
  log({ event: "request.refused", route: "/v1/ingest", status: 401, code: "signature.missing" });
  expect(lines).toEqual([]);
});

it("says where an error arose and never what it quoted", () => {
  const parse = () => JSON.parse("a secret body") as unknown;
  try {
    parse();
    expect.unreachable();
  } catch (error) {
    const described = describeError(error);
    expect(described.error).toBe("SyntaxError");
    expect(described.stack.length).toBeGreaterThan(0);
    expect(JSON.stringify(described)).not.toContain("secret");
  }
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  expect(describeError(refused).error).toBe("connect ECONNREFUSED 127.0.0.1:1");
  expect(describeError("a secret text")).toEqual({ error: "a thrown string", stack: [] });
});

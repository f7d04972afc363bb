import { describe, expect, it } from "vitest";
import { lastStatus } from "./backend-reply.ts";

const idle = "Z\0\0\0\u0005I";
const parsed = "1\0\0\0\u0004";
const notified = "A\0\0\0\u0004";

describe("lastStatus", () => {
  it("is idle only when ReadyForQuery comes last, since a step that follows it still needs its Sync", () => {
    const statusOf = (reply: string) => lastStatus(Buffer.from(reply, "latin1"));
    expect(statusOf(parsed + idle)).toBe("I");
    expect(statusOf(idle + notified)).toBe("I");
    expect(statusOf(idle + parsed)).toBeUndefined();
    expect(statusOf("")).toBeUndefined();
    expect(statusOf("Z\0\0\0\u0005T")).toBe("T");
  });
});

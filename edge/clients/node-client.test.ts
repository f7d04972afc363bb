import { describe, expect, it } from "vitest";
import { NodeAway, type SignedFetch } from "#shared/security/signed-fetch.ts";
import { nodeClient } from "./node-client.ts";

describe("a node that left a page unanswered", () => {
  const asked: string[] = [];
  let answers = false;
  const ask: SignedFetch = (path) => {
    asked.push(path);
    return answers ? Promise.resolve(Response.json({ forgotten: true })) : Promise.reject(new NodeAway("timeout", "no answer"));
  };
  let now = 0;
  const node = nodeClient(ask, () => now);

  it("is left alone by pages for a second, and by nobody who changes something", async () => {
    await expect(node.taste("viewer", "request")).rejects.toThrow("no answer");
    await expect(node.taste("viewer", "request")).rejects.toThrow("it did not answer a moment ago");
    await expect(node.embedText(["a"], "request")).rejects.toThrow("it did not answer a moment ago");
    expect(asked).toEqual(["/v1/taste/viewer"]);
    answers = true;
    await node.forgetImages([], "request").catch(() => undefined);
    expect(asked).toEqual(["/v1/taste/viewer", "/v1/images/forget"]);
    now = 1_000;
    await node.taste("viewer", "request").catch(() => undefined);
    expect(asked.at(-1)).toBe("/v1/taste/viewer");
    expect(asked).toHaveLength(3);
  });
});

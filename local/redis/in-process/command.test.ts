import { describe, expect, it } from "vitest";
import { globMatcher } from "./command.ts";

describe("a glob", () => {
  it.each([
    ["*", "", true], ["*", "any\nthing", true], ["feed:*:page", "feed:1:page", true], ["feed:*:page", "feed:1:pages", false],
    ["a?c", "abc", true], ["a?c", "ac", false], ["[a-c]", "b", true], ["[c-a]", "b", true], ["[^a-c]", "b", false], ["[]", "", false],
    ["a.c", "abc", false], ["\\*", "*", true], ["\\*", "x", false], ["(", "(", true], ["[a\\]]", "]", true], ["[a", "a", true],
  ])("%j on %j: %s", (glob, text, matches) => expect(globMatcher(glob)(text)).toBe(matches));

  it("of many stars takes no time that grows out of hand", () => {
    expect(globMatcher(`${"*".repeat(50)}b`)("a".repeat(1000))).toBe(false);
  });
});

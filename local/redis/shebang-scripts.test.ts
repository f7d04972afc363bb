import { expect, it } from "vitest";
import { stripFlag } from "./shebang-scripts.ts";

it("takes out Upstash's flag alone, and keeps the count of lines for error messages", () => {
  expect(stripFlag("#!lua flags=allow-key-locking\nreturn 1")).toBe("\nreturn 1");
  expect(stripFlag("#!lua flags=no-writes,allow-key-locking\nreturn 1")).toBe("#!lua flags=no-writes\nreturn 1");
});

it("leaves every other script alone, one that only mentions the flag included", () => {
  expect(stripFlag("return 'allow-key-locking'")).toBeUndefined();
  expect(stripFlag("#!lua\nreturn 'flags=allow-key-locking'")).toBeUndefined();
});

import { expect, it } from "vitest";
import { SourceText } from "./source.ts";

it.each([
  ["builtin:projection.json", { kind: "builtin", file: "projection.json" }],
  ["file:/srv/models/a b.gguf", { kind: "file", path: "/srv/models/a b.gguf" }],
  ["hf:owner/a.repo/onnx/model.onnx@main", { kind: "hf", repo: "owner/a.repo", file: "onnx/model.onnx", revision: "main" }],
  ["npm:a@1.2.3-rc.1/dir/model.part", { kind: "npm", parts: [{ package: "a", version: "1.2.3-rc.1", file: "dir/model.part" }] }],
  [
    "npm:@scope/a@1.0.0/m.part + npm:b@2.0.0/m.part",
    { kind: "npm", parts: [{ package: "@scope/a", version: "1.0.0", file: "m.part" }, { package: "b", version: "2.0.0", file: "m.part" }] },
  ],
])("reads %s", (text, source) => {
  expect(SourceText.parse(text)).toEqual({ text, ...source });
});

it.each([
  "builtin:../../secrets.json",
  "builtin:",
  "file:relative.gguf",
  "hf:owner/repo/model.onnx",
  "hf:owner/../model.onnx@main",
  "hf:owner/repo/../../x@main",
  "npm:a/model.part",
  "npm:a@latest/model.part",
  "npm:a@1.0.0/../model.part",
  "npm:a@1.0.0/m.part + hf:owner/repo/m@main",
  "https://elsewhere.test/model.onnx",
  "",
])("refuses %j, and says what it has to be", (text) => {
  expect(SourceText.safeParse(text).error?.issues[0]?.message).toContain("hf:OWNER/REPO/FILE@REVISION");
});

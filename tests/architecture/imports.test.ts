import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** Where a file may import from, by the first room of the table that its path begins with. */
const rules: [room: string, mayImport: string[]][] = [
  ["shared/kernel", ["shared/kernel"]],
  ["shared/contract", ["shared/contract", "shared/kernel"]],
  ["shared/taste", ["shared/taste", "shared/kernel"]],
  ["shared/preferences", ["shared/preferences", "shared/kernel"]],
  ["shared/adapters", ["shared/adapters", "shared/kernel"]],
  ["shared/experiments", ["shared/experiments", "shared/kernel"]],
  ["shared/security", ["shared/security", "shared/kernel"]],
  ["shared/feed", ["shared/feed", "shared/kernel", "shared/taste", "shared/preferences", "shared/experiments"]],
  ["shared/personas", ["shared/personas", "shared/kernel", "shared/taste", "shared/preferences", "shared/experiments"]],
  ["shared/stores", ["shared"]],
  ["edge", ["edge", "shared"]],
  ["gpu-node", ["gpu-node", "shared"]],
  ["local", ["local", "shared", "edge", "gpu-node"]],
  ["tests", ["tests", "local", "shared", "edge", "gpu-node"]],
];

const files = ["shared", "edge", "gpu-node", "local", "tests"]
  .flatMap((top) => globSync(`${top}/**/*.{ts,tsx}`))
  .filter((file) => !file.includes("node_modules") && !file.includes("/dist/"));

const isTest = (file: string) => /\.test\.tsx?$/.test(file);

/** The project's own files that a file imports, as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1]!);
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith("#")) return [specifier.slice(1)];
    if (specifier.startsWith(".")) return [normalize(join(dirname(file), specifier))];
    return [];
  });
}

describe("the house", () => {
  it("has its imports run one way", () => {
    const broken = files.filter((file) => !isTest(file)).flatMap((file) => {
      const allowed = rules.find(([room]) => file.startsWith(`${room}/`))?.[1] ?? [];
      return importsOf(file)
        .filter((target) => !allowed.some((room) => target.startsWith(`${room}/`)))
        .map((target) => `${file} imports ${target}`);
    });
    expect(broken).toEqual([]);
  });

  it("keeps shared/ outside stores/ pure: no fetch, no environment, no clock or dice of its own", () => {
    const impure = /(?<![.\w])fetch\(|(?<=globalThis\.)fetch\(|process\.env|Date\.now\(|Math\.random\(|new Date\(\)|performance\.now\(/;
    const broken = files
      .filter((file) => file.startsWith("shared/") && !file.startsWith("shared/stores/") && !isTest(file))
      .filter((file) => impure.test(readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")));
    expect(broken).toEqual([]);
  });

  it("finds the files it speaks of", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(importsOf("edge/app.ts").length).toBeGreaterThan(5);
  });

  it("has no file over 400 lines", () => {
    expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length > 400)).toEqual([]);
  });
});

import { z } from "zod";

/** One file of an npm package, at an exact version. */
export interface NpmPart {
  package: string;
  version: string;
  file: string;
}

/** Where a model's file comes from. `text` is the source as it was written, and its name in the lock file. */
export type Source = { text: string } & (
  | { kind: "builtin"; file: string }
  | { kind: "file"; path: string }
  | { kind: "hf"; repo: string; file: string; revision: string }
  | { kind: "npm"; parts: NpmPart[] }
);

const forms = "builtin:FILE, file:/PATH, hf:OWNER/REPO/FILE@REVISION, or npm:PACKAGE@VERSION/FILE (parts joined by \" + \")";

const hubForm = /^hf:(?<repo>[\w.-]+\/[\w.-]+)\/(?<file>.+)@(?<revision>[\w.-]+)$/;
const npmForm = /^npm:(?<name>(?:@[\w.-]+\/)?[\w.-]+)@(?<version>\d[\w.+-]*)\/(?<file>.+)$/;

/** A path below a folder that cannot lead out of it, nor hide in it. */
const staysBelow = (path: string): boolean => path.split("/").every((step) => /^[\w@+-][\w.@+-]*$/.test(step));

export const SourceText = z.string().transform((text, context): Source => {
  const source = parse(text);
  if (source !== undefined) return { text, ...source };
  context.addIssue({ code: "custom", message: `has to be ${forms}` });
  return z.NEVER;
});

type Parsed<S = Source> = S extends Source ? Omit<S, "text"> : never;

function parse(text: string): Parsed | undefined {
  if (text.startsWith("builtin:")) {
    const file = text.slice("builtin:".length);
    return staysBelow(file) ? { kind: "builtin", file } : undefined;
  }
  if (text.startsWith("file:/")) return { kind: "file", path: text.slice("file:".length) };
  if (text.startsWith("hf:")) {
    const { repo, file, revision } = hubForm.exec(text)?.groups ?? {};
    return repo !== undefined && staysBelow(repo) && staysBelow(file!) ? { kind: "hf", repo, file: file!, revision: revision! } : undefined;
  }
  const parts = text.split(" + ").map(parseNpmPart);
  return parts.every((part) => part !== undefined) ? { kind: "npm", parts } : undefined;
}

function parseNpmPart(text: string): NpmPart | undefined {
  const { name, version, file } = npmForm.exec(text)?.groups ?? {};
  return name !== undefined && staysBelow(file!) ? { package: name, version: version!, file: file! } : undefined;
}

import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sampleHub, type SampleHub } from "#gpu-node/models/registry/sample-hub.ts";

const command = fileURLToPath(new URL("../../local/models.ts", import.meta.url));
const weights = randomBytes(3_000_000);

let sample: SampleHub;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "models-command-"));
  sample = await sampleHub();
  sample.files.set("model.gguf", weights);
  await writeFile(
    join(dir, "catalogue.json"),
    JSON.stringify([{ name: "mine", roles: ["language-model"], licence: "none", files: [{ as: "model.gguf", from: "hf:owner/repo/model.gguf@main" }] }]),
  );
});
afterEach(async () => {
  await sample[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

interface Outcome {
  code: number | null;
  out: string;
  wrong: string;
}

function start(args: string[], settings: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Outcome> } {
  const env = { PATH: process.env["PATH"], MODELS_DIR: dir, HF_ENDPOINT: sample.hub.endpoint, ...settings };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", command, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const outcome: Outcome = { code: null, out: "", wrong: "" };
  child.stdout.on("data", (chunk: Buffer) => (outcome.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (outcome.wrong += chunk.toString()));
  return { child, ended: once(child, "close").then(([code]) => ({ ...outcome, code: code as number | null })) };
}
const run = (args: string[], settings?: NodeJS.ProcessEnv) => start(args, settings).ended;

it("lists, pulls with progress, and verifies; a damaged file is named, and mended by the next pull", async () => {
  expect(await run(["list"])).toMatchObject({ code: 0, wrong: "", out: expect.stringMatching(/mine +language-model +not here/) as string });
  const pulled = await run(["pull", "mine"]);
  expect(pulled).toMatchObject({ code: 0, wrong: "" });
  expect(pulled.out).toContain("model.gguf (MB) 3/3");
  expect(pulled.out).toContain("mine is here, whole and checked.");
  expect((await run(["list"])).out).toMatch(/mine +language-model +here \(3 MB\)/);
  expect(await run(["verify"])).toMatchObject({ code: 0, out: expect.stringMatching(/✓ mine\n\d+ as they should be/) as string });

  await writeFile(join(dir, "mine", "model.gguf"), "damaged");
  expect(await run(["verify"])).toMatchObject({ code: 1, wrong: expect.stringContaining("run npm run models -- pull mine.\n") as string });
  expect((await run(["pull", "mine"])).code).toBe(0);
  expect(await readFile(join(dir, "mine", "model.gguf"))).toEqual(weights);
});

it("keeps what it has at Ctrl-C, and goes on from it", async () => {
  sample.manner.silentAfter = 2_000_000;
  const { child, ended } = start(["pull", "mine"]);
  await expect.poll(async () => (await stat(join(dir, "mine", "model.gguf.part")).catch(() => undefined))?.size, { timeout: 20_000 }).toBe(2_000_000);
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, wrong: "", out: expect.stringContaining("the next pull goes on from it") as string });
  expect(await readdir(join(dir, "mine"))).toEqual(["model.gguf.part"]);
  sample.manner.silentAfter = undefined;
  expect((await run(["pull", "mine"])).code).toBe(0);
  expect(sample.requests.at(-1)).toMatch(/bytes=2000000-$/);
});

it("lets one process pull into a folder at a time", async () => {
  sample.manner.silentAfter = 1_000;
  const { child, ended } = start(["pull", "mine"]);
  await expect.poll(() => sample.requests.length, { timeout: 20_000 }).toBe(2);
  expect(await run(["pull", "mine"])).toMatchObject({ code: 1, wrong: "✗ Another pull is under way into the same folder; wait for it, or set MODELS_DIR to another.\n" });
  child.kill("SIGINT");
  await ended;
});

it.each([
  ["no network", ["pull", "mine"], { HF_ENDPOINT: "http://127.0.0.1:2" }, "127.0.0.1:2 cannot be reached (ECONNREFUSED): check the network, and pull again."],
  ["an unknown model", ["pull", "other"], {}, "There is no model other; npm run models -- list shows them all."],
  ["a model that is not here", ["verify", "mine"], {}, "run npm run models -- pull mine."],
  ["no name", ["pull"], {}, "Name the model to pull"],
  ["an unknown command", ["push"], {}, "There is no command push: list, pull NAME or verify"],
  ["an unknown option", ["list", "--all"], {}, "see npm run models -- --help"],
  ["a setting that does not fit", ["list"], { HF_ENDPOINT: "ftp://x" }, "HF_ENDPOINT has to be an http or https address"],
  ["a folder that cannot be made", ["pull", "mine"], { MODELS_DIR: "/dev/null/models" }, "The folder /dev/null/models cannot be made (ENOTDIR); set MODELS_DIR to another."],
])("says in one line what to do about %s", async (_what, args, settings, line) => {
  const { code, wrong } = await run(args, settings);
  expect(code).toBe(1);
  expect(wrong).toContain(line);
  expect(wrong.trimEnd().split("\n")).toHaveLength(1);
});

it("explains itself", async () => {
  expect(await run(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("npm run models -- pull NAME") as string });
});

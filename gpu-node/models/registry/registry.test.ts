import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { knownModels } from "./catalogue.ts";
import type { PullProgress } from "./pull-file.ts";
import { openRegistry, type ModelRegistry, type PullOptions } from "./registry.ts";
import { sampleHub, type SampleHub } from "./sample-hub.ts";

const weights = randomBytes(300_000);
const tokens = Buffer.from('{"a": 1}\n');
const patience = { waitsMs: [1, 1], stallMs: 300 };
const shaOf = (content: Buffer) => createHash("sha256").update(content).digest("hex");

let sample: SampleHub;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "models-"));
  sample = await sampleHub();
  sample.files.set("onnx/model.onnx", weights).set("tokenizer.json", tokens);
  await catalogue({ files: hubFiles() });
});
afterEach(async () => {
  await sample[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const hubFiles = (sha256?: string) => [
  { as: "model.onnx", from: "hf:owner/repo/onnx/model.onnx@main", ...(sha256 === undefined ? {} : { sha256 }) },
  { as: "tokenizer.json", from: "hf:owner/repo/tokenizer.json@main" },
];
const catalogue = (more: object) => writeFile(join(dir, "catalogue.json"), JSON.stringify([{ name: "mine", roles: ["image-encoder"], licence: "none", files: [], ...more }]));
const open = (): Promise<ModelRegistry> => openRegistry({ dir, hub: sample.hub, patience });
const pull = async (options?: PullOptions) => (await open()).pull("mine", options);
const at = (...steps: string[]) => join(dir, "mine", ...steps);
const fileRequests = () => sample.requests.filter((request) => request.includes("/model.onnx"));
/** No file but whole ones, apart from what a later pull goes on from. */
const unfinished = async () => (existsSync(at()) ? (await readdir(at())).filter((file) => !["model.onnx", "tokenizer.json"].includes(file)) : []);

describe("a model from the hub", () => {
  it("is fetched, held against the hub's digests, put on record, and given out", async () => {
    const seen: number[] = [];
    await pull({ onProgress: ({ file, doneBytes }) => void (file === "model.onnx" && seen.push(doneBytes)) });
    const { files } = await (await open()).locate("mine");
    expect(files["model.onnx"]).toEqual({ path: at("model.onnx"), bytes: weights.length });
    expect(await readFile(files["tokenizer.json"]!.path)).toEqual(tokens);
    expect(JSON.parse(await readFile(join(dir, "lock.json"), "utf8"))).toEqual({
      revisions: { "owner/repo@main": "1".repeat(40) },
      files: {
        "hf:owner/repo/onnx/model.onnx@main": { sha256: shaOf(weights), bytes: weights.length },
        "hf:owner/repo/tokenizer.json@main": { sha256: shaOf(tokens), bytes: tokens.length },
      },
    });
    expect(seen.at(-1)).toBe(weights.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await unfinished()).toEqual([]);
  });

  it("is not fetched again where it is whole, nor where only the record was lost", async () => {
    await pull();
    const asked = fileRequests().length;
    await pull();
    await rm(join(dir, "lock.json"));
    await pull();
    expect(fileRequests()).toHaveLength(asked);
    await expect((await open()).locate("mine")).resolves.toMatchObject({ name: "mine" });
  });

  it("goes on where the connection was cut, within one pull", async () => {
    sample.manner.cutsAfter = [100_000, 50_000, 0, 10];
    await pull();
    expect(await readFile(at("model.onnx"))).toEqual(weights);
    expect(fileRequests().at(-1)).toMatch(/bytes=\d{6}-$/);
  });

  it("goes on in the next pull after an abort, which keeps the part and nothing else", async () => {
    const stopping = new AbortController();
    sample.manner.silentAfter = 120_000;
    const pulling = pull({ signal: stopping.signal, onProgress: ({ doneBytes }) => void (doneBytes >= 120_000 && stopping.abort(new Error("enough"))) });
    await expect(pulling).rejects.toThrow("enough");
    expect(await readdir(at())).toEqual(["model.onnx.part"]);
    sample.manner.silentAfter = undefined;
    sample.requests.length = 0;
    await pull();
    expect(fileRequests()).toEqual([`/owner/repo/resolve/${sample.commit}/onnx/model.onnx bytes=120000-`]);
    expect(await readFile(at("model.onnx"))).toEqual(weights);
  });

  it("is whole from a server that knows no ranges, the part before passed over", async () => {
    sample.manner.knowsRanges = false;
    sample.manner.cutsAfter = [100_000, 200_000];
    await pull();
    expect(await readFile(at("model.onnx"))).toEqual(weights);
  });

  it("waits out a server that is busy, and gives up on one that stays silent, keeping what came", async () => {
    sample.manner.statuses = [503, 429];
    sample.manner.silentAfter = 60_000;
    const silenced = { onProgress: ({ doneBytes }: PullProgress) => void (doneBytes >= 60_000 && (sample.manner.silentAfter = 0)) };
    await expect(pull(silenced)).rejects.toMatchObject({ code: "no_network", message: expect.stringMatching(/pull again; it goes on from \d+ kB\.$/) as string });
    expect((await stat(at("model.onnx.part"))).size).toBeGreaterThanOrEqual(60_000);
    expect(existsSync(at("model.onnx"))).toBe(false);
  });

  it("is thrown away whole where its content is not the one listed, and the next pull begins anew", async () => {
    sample.manner.sendsInstead = randomBytes(weights.length);
    await expect(pull()).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining(`not ${shaOf(weights)}, and was thrown away`) as string });
    expect(await readdir(at())).toEqual([]);
    sample.manner.sendsInstead = undefined;
    await pull();
    expect(await readFile(at("model.onnx"))).toEqual(weights);
  });

  it("never takes more than was announced", async () => {
    sample.manner.sendsInstead = Buffer.concat([weights, weights]);
    await expect(pull()).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("More than the 300000 bytes") as string });
    expect(await unfinished()).toEqual([]);
  });

  it("keeps the damaged file in its place until a right one is there, and says which it is", async () => {
    await pull();
    await writeFile(at("model.onnx"), "damaged");
    const registry = await open();
    await expect(registry.locate("mine")).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("run npm run models -- pull mine") as string });
    sample.manner.statuses = [404];
    await expect(registry.pull("mine")).rejects.toMatchObject({ code: "not_found" });
    expect(await readFile(at("model.onnx"), "utf8")).toBe("damaged");
    await registry.pull("mine");
    expect(await readFile(at("model.onnx"))).toEqual(weights);
  });

  it("comes from one commit, that of the first pull, whatever its revision stands for later", async () => {
    sample.manner.statuses = [200, 404];
    await expect(pull()).rejects.toMatchObject({ code: "not_found" });
    sample.commit = "2".repeat(40);
    await pull();
    await rm(at("model.onnx"));
    await pull();
    const commits = sample.requests.map((request) => /resolve\/(\d+)/.exec(request)?.[1]).filter(Boolean);
    expect(commits).toHaveLength(4);
    expect(new Set(commits)).toEqual(new Set(["1".repeat(40)]));
  });

  it("is refused before a byte is fetched where the hub lists another content than the catalogue names", async () => {
    await catalogue({ files: hubFiles("f".repeat(64)) });
    await expect(pull()).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("nothing was fetched") as string });
    expect(fileRequests()).toEqual([]);
  });

  it("sends the operator's token, and says what to do where it is wanted", async () => {
    sample.manner.statuses = [401];
    await expect(pull()).rejects.toMatchObject({ code: "no_access", message: expect.stringContaining("set HF_TOKEN") as string });
    sample.hub.token = "hf_example";
    await pull();
    expect(sample.requests.at(-1)).toContain("Bearer hf_example");
  });

  it.each([
    ["a file the repository lacks", [{ as: "x.onnx", from: "hf:owner/repo/x.onnx@main" }], "not_found", "owner/repo has no x.onnx at main"],
    ["a repository that is not there", [{ as: "x.onnx", from: "hf:owner/other/x.onnx@main" }], "not_found", "name its new place in catalogue.json"],
  ])("says so of %s", async (_what, files, code, line) => {
    await catalogue({ files });
    await expect(pull()).rejects.toMatchObject({ code, message: expect.stringContaining(line) as string });
  });

  it("says that there is no network, at once, and writes nothing", async () => {
    await sample[Symbol.asyncDispose]();
    await expect(pull()).rejects.toMatchObject({ code: "no_network", message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\): check the network, and pull again\.$/) as string });
    expect(await unfinished()).toEqual([]);
    sample = await sampleHub();
  });

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full, with the bytes it takes", async () => {
    await mkdir(at());
    await symlink("/dev/full", at("model.onnx.part"));
    await expect(pull()).rejects.toMatchObject({ code: "no_space", message: expect.stringMatching(/takes 300 kB and the disk is full; make room or set MODELS_DIR/) as string });
    expect(existsSync(at("model.onnx"))).toBe(false);
  });

  it("is refused before it begins where the disk has too little room", async () => {
    sample.manner.listsBytes = 2 ** 52;
    await expect(pull()).rejects.toMatchObject({ code: "no_space", message: expect.stringContaining("are free; make room") as string });
    expect(fileRequests()).toEqual([]);
  });
});

describe("the registry", () => {
  it("tells what is here without reading it", async () => {
    const state = async () => (await (await open()).list()).find(({ name }) => name === "mine");
    expect(await state()).toMatchObject({ state: "absent", bytes: 0 });
    sample.manner.statuses = [200, 404];
    await pull().catch(() => undefined);
    expect(await state()).toMatchObject({ state: "partly", bytes: weights.length });
    await pull();
    expect(await state()).toMatchObject({ state: "here", bytes: weights.length + tokens.length });
    await expect((await open()).locate("other")).rejects.toMatchObject({ code: "unknown_name", message: expect.stringContaining("npm run models -- list") as string });
  });

  it("says of a model that is not here how to bring it", async () => {
    await expect((await open()).locate("mine")).rejects.toMatchObject({ code: "not_pulled", message: expect.stringMatching(/run npm run models -- pull mine\.$/) as string });
    await mkdir(at());
    for (const file of ["model.onnx", "tokenizer.json"]) await writeFile(at(file), "placed by hand");
    await expect((await open()).locate("mine")).rejects.toMatchObject({ code: "not_pulled", message: expect.stringContaining("was never checked") as string });
  });

  it("uses the operator's file where it lies, and holds it against the first look ever after", async () => {
    const own = join(dir, "own.gguf");
    await catalogue({ files: [{ as: "model.gguf", from: `file:${own}` }] });
    await expect(pull()).rejects.toMatchObject({ code: "not_found" });
    await writeFile(own, "first");
    await pull();
    expect((await (await open()).locate("mine")).files["model.gguf"]).toEqual({ path: own, bytes: 5 });
    await writeFile(own, "second");
    await expect((await open()).locate("mine")).rejects.toMatchObject({ code: "wrong_digest" });
    await expect(pull()).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("name its new sha256") as string });
  });

  it.each([
    ["not JSON", "{", "is not JSON"],
    ["of another shape", '[{"name": "x"}]', "0.roles"],
    ["with two files of one name", JSON.stringify([{ name: "x", roles: ["safety"], licence: "-", files: Array(2).fill({ as: "x", from: "file:/x" }) }]), "0.files calls two files the same"],
    ["with a source nobody knows", '[{"name":"x","roles":["safety"],"licence":"","files":[{"as":"x","from":"ftp:x"}]}]', "0.files.0.from has to be builtin:FILE"],
  ])("names in one line what is wrong with a catalogue %s", async (_what, text, line) => {
    await writeFile(join(dir, "catalogue.json"), text);
    await expect(open()).rejects.toMatchObject({ code: "catalogue", message: expect.stringContaining(line) as string });
  });

  it("does not trust a damaged record", async () => {
    await writeFile(join(dir, "lock.json"), '{"files"');
    await expect(pull()).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("lock.json") as string });
    expect(sample.requests).toEqual([]);
  });

  it("serves what comes with the project with no folder, no network and no record", async () => {
    const registry = await openRegistry({ dir: join(dir, "nowhere"), hub: { endpoint: "http://127.0.0.1:9", token: undefined } });
    for (const { name } of knownModels.filter(({ files }) => files.every(({ from }) => from.kind === "builtin"))) {
      await registry.pull(name);
      expect(Object.values((await registry.locate(name)).files).every(({ bytes }) => bytes > 0)).toBe(true);
    }
    expect((await registry.list()).map(({ state }) => state)).toContain("builtin");
    expect(existsSync(join(dir, "nowhere"))).toBe(false);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogEvent } from "../../runtime/log.ts";
import { writeOnnx } from "../eyes/fit/network/onnx-file.ts";
import { mixesItems } from "./mixes-items.ts";
import { openOnnxSession, usualThreads } from "./onnx-session.ts";

let dir: string;
const file = (): string => join(dir, "doubling.onnx");
const events: LogEvent[] = [];
const log = (event: LogEvent): void => void events.push(event);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "miraveja-onnx-"));
  await writeFile(file(), writeOnnx({
    name: "doubling", constants: [],
    nodes: [{ op: "Add", inputs: ["x", "x"], outputs: ["twice"] }],
    inputs: [{ name: "x", type: "float32", shape: ["n", 2] }],
    outputs: [{ name: "twice", type: "float32", shape: ["n", 2] }],
  }));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const rows = (...data: number[]) => ({ x: { type: "float32" as const, dims: [data.length / 2, 2], data: Float32Array.from(data) } });
const plan = () => ({ name: "doubling", file: file(), output: ["missing", "twice"], warmUp: rows(0, 0), threads: 1, log });

describe("an open network", () => {
  it("answers runs of any size in order, finds its output among the names given and passes over inputs it does not have", async () => {
    const session = await openOnnxSession({ ...plan(), providers: ["cpu"] });
    const answers = await Promise.all([session.run(rows(1, 2)), session.run({ ...rows(3, 4, 5, 6), unknown: rows(1, 1).x })]);
    expect(answers.map(({ dims, data }) => [dims, [...data]])).toEqual([[[1, 2], [2, 4]], [[2, 2], [6, 8, 10, 12]]]);
    expect(session).toMatchObject({ provider: "cpu", width: 2 });
    await session.close();
  });

  it("survives a run that fails, and leaves the caller what it was given", async () => {
    const session = await openOnnxSession({ ...plan(), providers: ["cpu"] });
    await expect(session.run({ x: { type: "float32", dims: [1, 3], data: new Float32Array(3) } })).rejects.toThrow(/dimension/i);
    const given = rows(7, 8);
    await session.run(given);
    expect([...given.x.data]).toEqual([7, 8]);
    await session.close();
  });

  it("passes over a provider that is not to be had, and says so in one line", async () => {
    events.length = 0;
    const session = await openOnnxSession({ ...plan(), providers: ["cuda", "cpu"] });
    expect(session.provider).toBe("cpu");
    expect(events).toMatchObject([{ event: "onnx.opened", model: "doubling", provider: "cpu", threads: 1, passedOver: ["cuda"] }]);
    await session.close();
  });

  it("that cannot be opened rejects with the file's name, and so does one that fails its warm-up", async () => {
    await expect(openOnnxSession({ ...plan(), file: join(dir, "none.onnx"), providers: ["cpu"] })).rejects.toThrow(/cannot open .*none\.onnx/);
    await expect(openOnnxSession({ ...plan(), warmUp: {}, providers: ["cpu"] })).rejects.toThrow(/cannot open .*doubling\.onnx/);
  });
});

describe("a network that scales whole batches to eight bits", () => {
  it("is told from one whose items cannot touch each other, wherever in the file it says so", async () => {
    expect(await mixesItems(file())).toBe(false);
    const far = join(dir, "far.onnx");
    const operator = Buffer.from("DynamicQuantizeLinear");
    for (const before of [0, (1 << 20) - 7, (1 << 20) + 3]) {
      await writeFile(far, Buffer.concat([Buffer.alloc(before), operator]));
      expect(await mixesItems(far)).toBe(true);
    }
  });
});

it("leaves a core for decoding where there are two or more", () => {
  expect([1, 2, 4, 64].map(usualThreads)).toEqual([1, 1, 3, 8]);
});

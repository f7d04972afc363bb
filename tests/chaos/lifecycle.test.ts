import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWeb } from "#local/build-web.ts";
import { ApiViewer } from "../harness/viewer.ts";
import { Command, readyUrl, repository, start } from "./command.ts";
import { expectGone, until } from "./processes.ts";

/** `npm start` as a person at a terminal meets it. */
let folder: string;
beforeAll(async () => {
  await buildWeb();
  folder = await mkdtemp(join(tmpdir(), "miraveja-lifecycle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One line on standard error and a code that is not zero. */
async function expectRefusal(command: Command, line: RegExp): Promise<void> {
  const code = await command.ended;
  expect(command.stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(line) as string]);
  expect(code).not.toBe(0);
}

async function expectStopsOnCtrlC(command: Command): Promise<void> {
  const processes = await command.processes();
  command.interrupt();
  expect(await command.ended).toBe(0);
  expect(command.stdout).toMatch(/Stopped; everything is kept\.\n$/);
  expect(command.stderr).toBe("");
  await expectGone(processes, 5_000);
}

describe("the command line", () => {
  it.each([
    [["--nope"], /^✗ Unknown option '--nope'; see npm start -- --help$/],
    [["here"], /^✗ Unexpected argument 'here'/],
    [["--port", "eighty"], /^✗ --port eighty: give a number from 0 to 65535\.$/],
    [["--port", ""], /^✗ --port : give a number from 0 to 65535\.$/],
    [["--port", "65536"], /^✗ --port 65536: give a number from 0 to 65535\.$/],
  ])("%j: one line that says what is wrong", async (args, line) => {
    await using command = new Command("local/start.ts", args);
    await expectRefusal(command, line);
  });

  it("--help explains every option and starts nothing", async () => {
    await using command = new Command("local/start.ts", ["--help"]);
    expect(await command.ended).toBe(0);
    for (const option of ["--port", "--data", "--reset", "--empty", "Ctrl-C"]) expect(command.stdout).toContain(option);
  });

  it("names a taken port and leaves nothing running and nothing behind", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    try {
      await using command = start(join(folder, "port"), "--empty", "--port", String(port));
      const processes = await command.processes();
      await expectRefusal(command, new RegExp(`^✗ Port ${port} is taken; stop what uses it, or choose another with --port\\.$`));
      await expectGone(processes);
    } finally {
      server.close();
    }
  });

  it("names a data folder that cannot be one", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "mine");
    await using command = start(file, "--empty", "--port", "0");
    await expectRefusal(command, new RegExp(`^✗ The data folder ${file} cannot be used: `));
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  it("--reset leaves a folder alone that no stack has written", async () => {
    const theirs = join(folder, "theirs");
    await mkdir(theirs);
    await writeFile(join(theirs, "secrets.json"), `{"diary": "dear diary"}`);
    await using command = start(theirs, "--reset", "--empty", "--port", "0");
    await expectRefusal(command, new RegExp(`^✗ ${theirs} does not look like a MiraVeja data folder; --reset leaves it alone\\.$`));
    expect(await readFile(join(theirs, "secrets.json"), "utf8")).toContain("dear diary");
  });
});

describe("a running stack", () => {
  it("is not disturbed by a second start, and stops on Ctrl-C with nothing left running and everything kept", async () => {
    const dataDir = join(folder, "data");
    await using stack = start(dataDir, "--empty", "--port", "0");
    const url = await readyUrl(stack);
    const viewer = await ApiViewer.guest(url);

    await using second = start(dataDir, "--empty", "--port", "0");
    await expectRefusal(second, new RegExp(`^✗ The data folder ${dataDir} is in use by another start; stop that one first, or choose another with --data\\.$`));
    await using reset = start(dataDir, "--reset", "--empty", "--port", "0");
    await expectRefusal(reset, new RegExp(`^✗ The data folder ${dataDir} is in use by another start`));
    expect((await viewer.ask<{ adventure: number }>("PUT", "/v1/me/settings", { adventure: 0.7 }))).toBeDefined();
    expect(JSON.parse(await readFile(join(dataDir, "running.json"), "utf8"))).toMatchObject({ url });

    await expectStopsOnCtrlC(stack);

    await using again = start(dataDir, "--empty", "--port", new URL(url).port);
    expect(await readyUrl(again)).toBe(url);
    expect((await viewer.taste()).settings.adventure).toBe(0.7);
    await expectStopsOnCtrlC(again);

    await writeFile(join(dataDir, "holiday.txt"), "not the stack's");
    await using anew = start(dataDir, "--reset", "--empty", "--port", new URL(url).port);
    await readyUrl(anew);
    expect((await viewer.send("GET", "/v1/me/taste")).status, "tokens of the time before are worth nothing").toBe(401);
    expect(await readFile(join(dataDir, "holiday.txt"), "utf8")).toBe("not the stack's");
    await expectStopsOnCtrlC(anew);
  }, 600_000);

  it("stops on Ctrl-C while it is still starting, whenever that comes", async () => {
    for (const afterMs of [900, 1_500, 2_200]) {
      await using stack = start(join(folder, "early"), "--empty", "--port", "0");
      await sleep(afterMs);
      const processes = await stack.processes();
      stack.interrupt();
      // 130 where Node itself was not up yet.
      expect([0, 130]).toContain(await stack.ended);
      await expectGone(processes, 10_000);
    }
  }, 300_000);

  it("stops on Ctrl-C while it fills the gallery, and goes on filling at the next start", async () => {
    const dataDir = join(folder, "filling");
    const stored = async () => (await readFile(join(dataDir, "gallery-stored"), "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
    const atLeast = (count: number) => until(`${count} images are stored`, async () => ((await stored()).length >= count ? true : undefined), 240_000);
    await using first = start(dataDir, "--port", "0");
    await atLeast(6);
    await expectStopsOnCtrlC(first);
    const before = await stored();

    await using second = start(dataDir, "--port", "0");
    await atLeast(before.length + 6);
    await expectStopsOnCtrlC(second);
    const after = await stored();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after).size, "each drawn once").toBe(after.length);

    await using third = start(dataDir, "--empty", "--port", "0");
    const viewer = await ApiViewer.guest(await readyUrl(third));
    const shown: string[] = [];
    do shown.push(...(await viewer.nextPage({ limit: 40 })).items.map(({ image }) => `${image.style}: ${image.caption}`));
    while (!viewer.atEnd);
    // An image whose upload was under way at a Ctrl-C may be in without its note: four at a time, twice.
    expect(shown.length).toBeGreaterThanOrEqual(after.length);
    expect(shown.length).toBeLessThanOrEqual(after.length + 8);
    await expectStopsOnCtrlC(third);
  }, 600_000);
});

describe("a missing setting", () => {
  async function run(entry: string, env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry], { cwd: repository, env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once("close", done));
    return { code, stderr };
  }

  it("of the node is named in one line", async () => {
    const { code, stderr } = await run("gpu-node/main.ts", { NODE_ID: "local", TRUSTED_KEYS_FILE: "keys.json", NODE_KEY_ID: "node-1", NODE_PRIVATE_KEY: "key" });
    expect(stderr).toMatch(/^gpu-node cannot start: DATABASE_URL is not set\. [^\n]*\n$/);
    expect(code).toBe(1);
  });

  it("of the edge is named in one line, and what is set is not shown", async () => {
    const EDGE_SETTINGS = JSON.stringify({ DATABASE_URL: "postgres://user:topsecret@localhost/db", UPSTASH_REDIS_REST_URL: "not an address" });
    const { code, stderr } = await run("local/stack/edge-main.ts", { EDGE_PORT: "0", EDGE_DATA_DIR: folder, EDGE_LOG_FILE: join(folder, "edge.log"), EDGE_SETTINGS });
    expect(stderr).toMatch(/^edge cannot start: [^\n]*\n$/);
    for (const name of ["UPSTASH_REDIS_REST_TOKEN is not set", "NODE_URL is not set", "CURSOR_SECRETS is not set", "UPSTASH_REDIS_REST_URL: "]) expect(stderr).toContain(name);
    expect(stderr).not.toContain("topsecret");
    expect(code).toBe(1);
  });
});

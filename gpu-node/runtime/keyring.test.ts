import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generateKeyPair } from "#shared/security/keys.ts";
import { openKeyring } from "./keyring.ts";
import type { LogEvent } from "./log.ts";

let folder: string;
let file: string;
let nowMs: number;
let logged: LogEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keyring-"));
  file = join(folder, "keys.json");
  nowMs = 0;
  logged = [];
});
afterEach(() => rm(folder, { recursive: true }));

const parts = { clock: () => nowMs, log: (entry: LogEvent) => void logged.push(entry) };
const publish = async (...keyIds: string[]) => {
  const keys = await Promise.all(keyIds.map(async (keyId) => [keyId, (await generateKeyPair()).publicKey] as const));
  await replace(JSON.stringify({ keys: Object.fromEntries(keys) }));
};
const replace = async (content: string) => {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
};

it("follows the file, looking at most once a second", async () => {
  await publish("a");
  const keyring = await openKeyring(file, parts);
  await publish("a", "b");
  nowMs = 999;
  expect([...(await keyring.keys()).keys()]).toEqual(["a"]);
  nowMs = 1_000;
  const seen = await Promise.all([keyring.keys(), keyring.keys()]);
  for (const keys of seen) expect([...keys.keys()]).toEqual(["a", "b"]);
  expect(logged).toEqual([
    { event: "keyring.loaded", keyIds: ["a"] },
    { event: "keyring.loaded", keyIds: ["a", "b"] },
  ]);
});

it.each([
  ["half written", '{"keys":{"b"', "the file is not JSON; the keys read before stay in force"],
  ["without keys", '{"keys":{}}', "keys: list 1 to 16 keys"],
  ["with a key of the wrong length", '{"keys":{"b":"c2hvcnQ"}}', "keys.b: a public key is 32 bytes in base64url, 43 characters"],
])("keeps the keys it has while the file is %s, and says so in one line", async (_what, content, problem) => {
  await publish("a");
  const keyring = await openKeyring(file, parts);
  await replace(content);
  for (nowMs = 1_000; nowMs < 5_000; nowMs += 1_000) expect([...(await keyring.keys()).keys()]).toEqual(["a"]);
  expect(logged.slice(1)).toEqual([{ event: "keyring.broken", file, problem }]);
  await publish("b");
  nowMs += 1_000;
  expect([...(await keyring.keys()).keys()]).toEqual(["b"]);
});

it("survives the file's absence, but does not start without it", async () => {
  await expect(openKeyring(file, parts)).rejects.toThrow("ENOENT");
  await publish("a");
  const keyring = await openKeyring(file, parts);
  await rm(file);
  nowMs = 1_000;
  expect([...(await keyring.keys()).keys()]).toEqual(["a"]);
  expect(logged.at(-1)).toMatchObject({ event: "keyring.broken" });
});

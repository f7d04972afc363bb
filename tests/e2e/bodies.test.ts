import { connect, type Socket } from "node:net";
import { describe, expect, inject, it } from "vitest";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { rawRequest } from "../harness/raw-request.ts";

const stack = inject("stack");
const mebibyte = 1024 * 1024;

const limited = [
  { method: "POST", path: "/v1/interactions", limit: 128 * 1024, type: "application/json" },
  { method: "PUT", path: "/v1/me/settings", limit: 4_096, type: "application/json" },
  { method: "POST", path: "/v1/me/taste/undo", limit: 4_096, type: "application/json" },
  { method: "DELETE", path: "/v1/me/taste/puddles/p1", limit: 4_096, type: "application/json" },
  { method: "POST", path: "/v1/images", limit: 20 * mebibyte + 64 * 1024, type: "multipart/form-data; boundary=edge" },
];

const chunk = Buffer.alloc(64 * 1024, 0x20);

/** A connection of one's own, on which a request can be left unfinished; `ended` when the server has answered or cut it. */
async function open(head: string[]): Promise<{ socket: Socket; ended: Promise<void> }> {
  const { hostname, port } = new URL(stack.url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const ended = new Promise<void>((resolve) => {
    for (const event of ["data", "error", "close"]) socket.once(event, () => resolve());
    socket.on("error", () => undefined);
  });
  socket.write([...head, "host: test", "", ""].join("\r\n"));
  return { socket, ended };
}

describe("a body over the limit", () => {
  it.each(limited)("of $method $path is refused when its length is announced", async ({ method, path, limit, type }) => {
    const { token } = await mintViewer(stack, "operator viewer");
    const body = new Uint8Array(limit + 1).fill(0x20);
    await problemOf(await rawRequest(stack.url, { method, path, headers: { authorization: `Bearer ${token}`, "content-type": type }, body }), "body.too_large");
  });

  it.each(limited)("of $method $path is refused when it comes without a length", async ({ method, path, limit, type }) => {
    const { token } = await mintViewer(stack, "operator viewer");
    const chunks = Math.ceil((1.5 * limit) / chunk.length);
    const body = ReadableStream.from(Array.from({ length: chunks }, () => chunk));
    const response = await fetch(new URL(path, stack.url), { method, headers: { authorization: `Bearer ${token}`, "content-type": type }, body, duplex: "half" });
    await problemOf(response, "body.too_large");
  });

  it.each(limited)("of $method $path is not read to an end that never comes", async ({ method, path, limit, type }) => {
    const { token } = await mintViewer(stack, "operator viewer");
    const { socket, ended } = await open([`${method} ${path} HTTP/1.1`, `authorization: Bearer ${token}`, `content-type: ${type}`, "transfer-encoding: chunked"]);
    let over = false;
    void ended.then(() => (over = true));
    let sent = 0;
    // What is let pass after the limit, and what the machine's own buffers hold between the two ends.
    const most = 2 * Math.max(limit, mebibyte) + 24 * mebibyte;
    for (; !over && sent < most; sent += chunk.length) {
      const more = socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]));
      await (more ? new Promise((done) => setImmediate(done)) : Promise.race([new Promise((done) => socket.once("drain", done)), ended]));
    }
    await ended;
    socket.destroy();
    expect(sent).toBeLessThan(most);
    expect((await fetch(new URL("/healthz", stack.url))).status).toBe(200);
  });

  it("is one byte over, not at, the limit", async () => {
    const viewer = await mintViewer(stack);
    const bodyOf = (bytes: number) => `{"adventure":0.5${" ".repeat(bytes - 17)}}`;
    const put = (bytes: number) => fetch(new URL("/v1/me/settings", stack.url), { method: "PUT", headers: { authorization: `Bearer ${viewer.token}`, "content-type": "application/json" }, body: bodyOf(bytes) });
    expect((await put(4_096)).status).toBe(200);
    await problemOf(await put(4_097), "body.too_large");
  });
});

describe("a body that does not come", () => {
  it("holds up nobody else, also when there are many such", async () => {
    const { token } = await mintViewer(stack, "operator viewer");
    const waiting = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      const connection = await open([`POST ${index % 2 === 0 ? "/v1/interactions" : "/v1/images"} HTTP/1.1`, `authorization: Bearer ${token}`, "content-type: application/json", "content-length: 1000"]);
      connection.socket.write("{");
      return connection;
    }));
    const viewer = await mintViewer(stack);
    const page = await viewer.nextPage({ limit: 4 });
    expect(await viewer.act({ kind: "like", imageId: page.items[0]!.image.id })).toMatchObject({ accepted: 1 });
    for (const { socket } of waiting) socket.destroy();
    // Breaking off counts for nothing: what was half sent is not there.
    expect((await viewer.nextPage()).items).toHaveLength(4);
    expect((await fetch(new URL("/readyz", stack.url))).status).toBe(200);
  });
});

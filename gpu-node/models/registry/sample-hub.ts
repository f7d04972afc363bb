import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Hub } from "./hub.ts";

/** For tests: how the hub behaves now. Every field may be changed at any time. */
export interface HubManner {
  /** False answers every request with the whole file. */
  knowsRanges: boolean;
  /** Each answer breaks off after so many bytes; as many answers as there are entries. */
  cutsAfter: number[];
  /** Answers file requests with these first. */
  statuses: number[];
  /** After so many bytes nothing more comes, and nothing ends. */
  silentAfter: number | undefined;
  /** Lists every file as so long. */
  listsBytes: number | undefined;
  /** What is sent in place of the file that was listed. */
  sendsInstead: Buffer | undefined;
}

export interface SampleHub extends AsyncDisposable {
  hub: Hub;
  /** What is listed: small files as git keeps them, those named `*.onnx` or `*.gguf` by SHA-256. */
  files: Map<string, Buffer>;
  /** What `main` stands for. Older commits hold the same files. */
  commit: string;
  manner: HubManner;
  /** Path and range of every request. */
  requests: string[];
}

const commitForm = /^[0-9a-f]{40}$/;

/** A model hub on this machine, of one repository `owner/repo`. */
export async function sampleHub(): Promise<SampleHub> {
  const manner: HubManner = { knowsRanges: true, cutsAfter: [], statuses: [], silentAfter: undefined, listsBytes: undefined, sendsInstead: undefined };
  const requests: string[] = [];
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    const path = new URL(request.url!, "http://hub").pathname;
    requests.push([path, range, authorization].filter(Boolean).join(" "));
    const [, revision] = /^\/api\/models\/owner\/repo\/revision\/([\w.-]+)$/.exec(path) ?? [];
    if (revision !== undefined) {
      const sha = commitForm.test(revision) ? revision : sample.commit;
      response.end(JSON.stringify({ sha, siblings: [...files].map(([name, content]) => listed(name, content, manner.listsBytes ?? content.length)) }));
      return;
    }
    const content = files.get(path.replace(/^\/owner\/repo\/resolve\/[0-9a-f]{40}\//, ""));
    const status = manner.statuses.shift() ?? (content === undefined ? 404 : 200);
    if (status === 200) send(response, manner.sendsInstead ?? content!, range, manner);
    else response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sample: SampleHub = {
    hub: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: undefined },
    files, manner, requests,
    commit: "1".repeat(40),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sample;
}

function listed(rfilename: string, content: Buffer, size: number): object {
  if (/\.(onnx|gguf)$/.test(rfilename)) {
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { rfilename, size, blobId: "0".repeat(40), lfs: { sha256, size, pointerSize: 134 } };
  }
  return { rfilename, size, blobId: createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex") };
}

function send(response: ServerResponse, content: Buffer, range: string | undefined, manner: HubManner): void {
  const from = manner.knowsRanges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
  const rest = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    "content-length": rest.length,
    ...(from > 0 ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  const cut = manner.cutsAfter.shift();
  if (manner.silentAfter !== undefined) response.write(rest.subarray(0, manner.silentAfter));
  else if (cut !== undefined) response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 10));
  else response.end(rest);
}

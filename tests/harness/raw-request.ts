import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";

export interface RawRequest {
  method: string;
  /** Goes over the wire as it is: nothing is resolved, escaped or checked. */
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: Uint8Array | string;
}

const bodyless = new Set([204, 205, 304]);

/** Sends what `fetch` would not: bodies with GET, unresolved paths, odd methods, repeated headers. */
export function rawRequest(url: string, { method, path, headers = {}, body }: RawRequest): Promise<Response> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const request = httpRequest({ hostname, port, method, path, headers: { ...length, ...headers }, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const received = new Headers();
        for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) received.append(name, value);
        const status = answer.statusCode ?? 0;
        resolve(new Response(bodyless.has(status) ? null : Buffer.concat(chunks), { status, headers: received }));
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

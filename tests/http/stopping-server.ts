import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stopGracefully } from "#gpu-node/runtime/shutdown.ts";

/** Stops as the node does. `/slow` answers after 300 ms, `/never` never. */
const server = createServer((request, response) => {
  process.stdout.write(`asked ${request.url}\n`);
  if (request.url === "/slow") setTimeout(() => response.end("finished"), 300);
});
stopGracefully({
  server,
  limitMs: Number(process.argv[2]),
  log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  release: () => Promise.resolve(void process.stdout.write("released\n")),
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));

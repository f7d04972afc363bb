import { createServer, type AddressInfo } from "node:net";
import { StartFailed } from "./start-failed.ts";

/** Throws one clear line when something else listens on the port already. */
export async function requireFreePort(port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken; stop what uses it" : `cannot be used (${error.message})`;
      reject(new StartFailed("port_taken", `Port ${port} ${why}, or choose another with --port.`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

/** A port that nothing listened on a moment ago, for a process whose address another one has to know before it starts. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

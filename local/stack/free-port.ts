import { createServer } from "node:net";
import { StartFailed } from "./child.ts";

/** Throws one clear line when something else listens on the port already. */
export async function requireFreePort(port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? `port ${port} is taken; stop what uses it, or choose another with --port` : error.message;
      reject(new StartFailed("edge", error.code ?? "port", why));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

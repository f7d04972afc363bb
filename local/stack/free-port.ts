import { randomInt } from "node:crypto";
import { createServer } from "node:net";
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

/** Below the ports that systems give to outgoing connections: one of those could be gone again before it is listened on. */
const searched = [20_000, 32_000] as const;
const tries = 50;

/** A port that nothing listened on a moment ago, for a process whose address another one has to know before it starts. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(...searched);
    try {
      await requireFreePort(port);
      return port;
    } catch (error) {
      if (attempt === tries) throw error;
    }
  }
}

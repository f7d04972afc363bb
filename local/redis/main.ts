import { startRedisGateway, type RedisGateway } from "./gateway.ts";
import type { EngineChoice } from "./start-engine.ts";

/**
 * The gateway as a process of its own. Settings come by environment: REDIS_GATEWAY_TOKEN (required),
 * REDIS_GATEWAY_PORT (default 0, a free one), REDIS_GATEWAY_ENGINE (`auto`, `redis-server` or `in-process`).
 * It tells its parent `{type: "ready", port, engine}` or `{type: "failed", code, message}`, and ends on SIGTERM or when
 * the parent is gone.
 */
interface Settings {
  port: number;
  token: string;
  engine: EngineChoice;
}

class BadSetting extends Error {
  readonly code = "bad_setting";
}

function settings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env.REDIS_GATEWAY_PORT ?? "0");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new BadSetting("REDIS_GATEWAY_PORT must be a port from 0 to 65535.");
  const engine = env.REDIS_GATEWAY_ENGINE ?? "auto";
  if (engine !== "auto" && engine !== "redis-server" && engine !== "in-process") {
    throw new BadSetting("REDIS_GATEWAY_ENGINE must be auto, redis-server or in-process.");
  }
  if (!env.REDIS_GATEWAY_TOKEN) throw new BadSetting("REDIS_GATEWAY_TOKEN is missing; set it to a random secret.");
  return { port, engine, token: env.REDIS_GATEWAY_TOKEN };
}

let gateway: RedisGateway | undefined;
let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await gateway?.close();
  process.exit(0);
}

process.on("SIGTERM", () => void end());
process.on("disconnect", () => void end());
// Ctrl-C reaches the whole group; with a parent it is the parent who decides.
process.on("SIGINT", () => void (process.connected ? undefined : end()));

try {
  const started = await startRedisGateway(settings(process.env));
  gateway = started;
  process.send?.({ type: "ready", port: started.port, engine: started.engine });
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code ?? "failed";
  const message = error instanceof Error ? error.message : "The Redis gateway could not start.";
  if (process.send) process.send({ type: "failed", code, message }, () => process.exit(1));
  else {
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
}

import type { RedisEngine } from "./engine.ts";
import { InProcessEngine } from "./in-process/in-process-engine.ts";
import { findRedisServer } from "./server/redis-process.ts";
import { RedisServerEngine } from "./server/redis-server-engine.ts";
import { ShebangScripts } from "./shebang-scripts.ts";

/** `auto` takes redis-server where one is installed and starts. */
export type EngineChoice = "auto" | RedisEngine["name"];

export async function startEngine(choice: EngineChoice): Promise<RedisEngine> {
  return new ShebangScripts(await chosen(choice));
}

async function chosen(choice: EngineChoice): Promise<RedisEngine> {
  if (choice === "in-process") return new InProcessEngine();
  if (choice === "redis-server") return RedisServerEngine.start();
  return findRedisServer() ? RedisServerEngine.start().catch(() => new InProcessEngine()) : new InProcessEngine();
}

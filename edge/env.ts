import { parseSettings, type EdgeSettings } from "./settings.ts";

/** What the runtime binds by name in wrangler.toml. */
export interface Bindings {
  IMAGES: R2Bucket;
  ASSETS: Fetcher;
  SESSION_LIMIT: RateLimit;
  READ_LIMIT: RateLimit;
  WRITE_LIMIT: RateLimit;
}

export type Env = Bindings & { settings: EdgeSettings };

/** What the Worker was given, parsed. */
export function parseEnv(raw: Bindings & Record<string, unknown>): Env {
  const { IMAGES, ASSETS, SESSION_LIMIT, READ_LIMIT, WRITE_LIMIT } = raw;
  return { IMAGES, ASSETS, SESSION_LIMIT, READ_LIMIT, WRITE_LIMIT, settings: parseSettings(raw) };
}

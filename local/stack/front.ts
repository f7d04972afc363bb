import { getPath } from "hono/utils/url";

/** What a Worker and its binding to static assets have in common here. */
interface Fetches<Rest extends unknown[]> {
  fetch(request: Request, ...rest: Rest): Response | Promise<Response>;
}

interface FrontEnv {
  ASSETS: Fetches<[]>;
  /** `run_worker_first` of wrangler.toml: exact paths, or all below one, which then ends in `*`. */
  WORKER_FIRST: readonly string[];
}

/**
 * What Cloudflare's network does in front of a Worker with static assets: those paths go to the Worker at once, others
 * only where no asset has that name. It runs in the Worker's own isolate: a Worker of its own, as miniflare puts there,
 * costs more than a whole cached page.
 */
export function inFrontOf<Env extends FrontEnv, Context>(worker: Fetches<[Env, Context]>): Fetches<[Env, Context]> {
  return {
    async fetch(request, env, context) {
      const pathname = getPath(request);
      const asksForAsset = request.method === "GET" || request.method === "HEAD";
      if (asksForAsset && !env.WORKER_FIRST.some((rule) => (rule.endsWith("*") ? pathname.startsWith(rule.slice(0, -1)) : pathname === rule))) {
        const asset = await env.ASSETS.fetch(request);
        if (asset.status !== 404) return asset;
        await asset.body?.cancel();
      }
      return worker.fetch(request, env, context);
    },
  };
}

import { env } from "cloudflare:workers";

/**
 * Makes `fetch` of a Worker go straight to the network, as Cloudflare's does. Miniflare leads it through a Worker of its own, for what cannot
 * be had locally; that costs a third of what a cached page does, and its isolate stops all others for 100 ms and more to collect its garbage.
 */
const { NETWORK } = env as unknown as { NETWORK: { fetch: typeof fetch } };

globalThis.fetch = (input, init) => NETWORK.fetch(input, init);

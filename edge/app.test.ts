// First, as in the Worker: it extends zod.
import "@hono/zod-openapi";
import { describe, expect, it } from "vitest";
import { createApp } from "./app.ts";
import type { Services } from "./services.ts";

/** An app that knows nothing but who may read it: preflights ask no service. */
const appFor = (allowedOrigins: string[]) => createApp({ allowedOrigins } as unknown as Services);
const background = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };

async function allowed(origins: string[], origin: string, method = "OPTIONS"): Promise<Headers> {
  const headers = { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" };
  return (await appFor(origins).request("https://edge.example/healthz", { method, headers }, {}, background)).headers;
}

describe("a web client of another origin", () => {
  it("may ask and read where its origin is allowed, and hears what it may send", async () => {
    const preflight = await allowed(["https://client.example", "https://second.example"], "https://second.example");
    expect(preflight.get("access-control-allow-origin")).toBe("https://second.example");
    expect(preflight.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.get("access-control-allow-methods")).toMatch(/POST.*DELETE|DELETE.*POST/);
    expect(preflight.get("vary")?.toLowerCase()).toContain("origin");
    const answer = await allowed(["https://client.example"], "https://client.example", "GET");
    expect(answer.get("access-control-allow-origin")).toBe("https://client.example");
    expect(answer.get("access-control-expose-headers")).toContain("x-request-id");
  });

  it("is told nothing where its origin is not, however like an allowed one it looks", async () => {
    for (const origin of ["https://client.example.evil.test", "http://client.example", "https://client.example:8443", "null", "https://CLIENT.example", ""])
      for (const method of ["GET", "OPTIONS"]) expect((await allowed(["https://client.example"], origin, method)).get("access-control-allow-origin"), origin).toBeNull();
  });

  it("is never told to send its cookies, not even where any origin may read", async () => {
    const headers = await allowed(["*"], "https://anyone.example");
    expect(headers.get("access-control-allow-origin")).toBe("https://anyone.example");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });
});

import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import type { Problem } from "#shared/contract/failures.ts";
import { routesOf, type ApiDocument } from "../harness/api-document.ts";
import { goodClaims, mintToken, mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";

const stack = inject("stack");
const ask = (path: string, authorization?: string, method = "GET"): Promise<Response> =>
  fetch(new URL(path, stack.url), { method, headers: authorization === undefined ? {} : { authorization } });
const mint = (changes: Record<string, unknown>): Promise<string> => mintToken(stack.jwtSecret, { ...goodClaims(), ...changes });
const now = (): number => Math.floor(Date.now() / 1000);

/** The parts of a token put together as a forger would, without the secret. */
function unsigned(header: object, claims: object, signature = ""): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}

describe("a token", () => {
  it("opens the viewer's own routes when it is good", async () => {
    expect((await ask("/v1/me/taste", `Bearer ${await mint({})}`)).status).toBe(200);
    expect((await ask("/v1/me/taste", `bearer ${await mint({})}`)).status).toBe(200);
  });

  it.each([
    ["signed with another secret", () => mintToken("another secret, of which the edge knows nothing", goodClaims())],
    ["signed with an empty-looking secret", () => mintToken("undefined", goodClaims())],
    ["of alg none", () => Promise.resolve(unsigned({ alg: "none" }, goodClaims()))],
    ["of alg None with a signature", () => Promise.resolve(unsigned({ alg: "None" }, goodClaims(), "c2ln"))],
    ["of alg HS512 under the right secret", () => mintToken(stack.jwtSecret, goodClaims(), "HS512")],
    ["with claims swapped after signing", async () => {
      const [head, , signature] = (await mint({})).split(".");
      return `${head}.${Buffer.from(JSON.stringify({ ...goodClaims(), scope: "operator viewer" })).toString("base64url")}.${signature}`;
    }],
    ["that has expired", () => mint({ exp: now() - 1 })],
    ["that never expires", () => mint({ exp: undefined })],
    ["that is not good yet", () => mint({ nbf: now() + 3600 })],
    ["of another issuer", () => mint({ iss: "somebody" })],
    ["of no issuer", () => mint({ iss: undefined })],
    ["for another audience", () => mint({ aud: "something else" })],
    ["for no audience", () => mint({ aud: undefined })],
    ["that names nobody", () => mint({ sub: undefined })],
    ["whose name is empty", () => mint({ sub: "" })],
    ["whose name is no text", () => mint({ sub: 7 })],
    ["whose scope is no text", () => mint({ scope: ["viewer", "operator"] })],
    ["cut short", async () => (await mint({})).slice(0, -4)],
    ["that is an empty word", () => Promise.resolve("")],
    ["longer than any we make", () => Promise.resolve("a".repeat(5_000))],
  ])("%s is refused, and says so as 401", async (_, make) => {
    const token = await make();
    for (const path of ["/v1/me/taste", "/v1/feed"]) {
      const response = await ask(path, `Bearer ${token}`);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      await problemOf(response, "auth.invalid");
    }
  });

  it.each(["Basic dXNlcjpwYXNz", "Bearer", "Bearer a b", "token"])("sent as %j is refused", async (authorization) => {
    await problemOf(await ask("/v1/me/taste", authorization), "auth.invalid");
  });

  it("ends when it says, also for one that was good a moment ago", async () => {
    const token = await mint({ exp: now() + 3 });
    expect((await ask("/v1/me/taste", `Bearer ${token}`)).status).toBe(200);
    await expect.poll(async () => (await ask("/v1/me/taste", `Bearer ${token}`)).status, { timeout: 15_000, interval: 500 }).toBe(401);
  });

  it.each([{ exp: 1e300 }, { exp: 4_102_444_800.5 }])("may last as long as its issuer likes: %j", async (claims) => {
    expect((await ask("/v1/me/export", `Bearer ${await mint(claims)}`)).status).toBe(200);
  });

  it("names one viewer by a subject that is no UUID, and another for another subject", async () => {
    const subject = `user_${randomUUID()}`;
    const idOf = async (sub: string) => ((await (await ask("/v1/me/export", `Bearer ${await mint({ sub })}`)).json()) as { viewer_id: string }).viewer_id;
    expect(await idOf(subject)).toBe(await idOf(subject));
    expect(await idOf(subject)).not.toBe(await idOf(`${subject}2`));
  });
});

describe("a scope", () => {
  it.each(["", "operator", "viewers", "VIEWER", "admin root"])("of %j does not open a viewer's routes", async (scope) => {
    await problemOf(await ask("/v1/me/taste", `Bearer ${await mint({ scope })}`), "auth.scope");
  });

  it.each(["viewer", "", "operators"])("of %j does not let images in", async (scope) => {
    await problemOf(await ask("/v1/images", `Bearer ${await mint({ scope })}`, "POST"), "auth.scope");
  });

  it("is asked for on every route that the document says is guarded, before anything else is looked at", async () => {
    const document = (await (await ask("/openapi.json")).json()) as ApiDocument;
    const guarded = routesOf(document).filter(({ operation }) => operation.security?.some((scheme) => "bearer" in scheme));
    expect(guarded.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "DELETE /v1/images/{id}", "DELETE /v1/me", "DELETE /v1/me/invitations", "DELETE /v1/me/taste/puddles/{id}", "DELETE /v1/me/taste/suppressed/{id}",
      "GET /v1/feed", "GET /v1/me/export", "GET /v1/me/neighbours", "GET /v1/me/taste", "GET /v1/review", "GET /v1/review/{id}/picture",
      "POST /v1/images", "POST /v1/images/{id}/restore", "POST /v1/interactions", "POST /v1/me/invitations", "POST /v1/me/taste/undo",
      "POST /v1/review/score", "POST /v1/review/{id}", "PUT /v1/me/settings",
    ]);
    const scopeless = await mint({ scope: "" });
    for (const { method, path } of guarded) {
      await problemOf(await ask(path.replace("{id}", "x"), undefined, method), "auth.missing");
      await problemOf(await ask(path.replace("{id}", "x"), `Bearer ${scopeless}`, method), "auth.scope");
    }
  });
});

describe("a guest's session", () => {
  const from = (address: string) => fetch(new URL("/v1/session", stack.url), { method: "POST", headers: { "cf-connecting-ip": address } });

  it("is a viewer of their own each time, and works at once", async () => {
    const [one, two] = await Promise.all([from("203.0.113.60"), from("203.0.113.60")]);
    const [first, second] = (await Promise.all([one.json(), two.json()])) as { viewer_id: string; token: string; expires_at: string }[];
    expect(one.headers.get("cache-control")).toBe("no-store");
    expect(first!.viewer_id).not.toBe(second!.viewer_id);
    expect(Date.parse(first!.expires_at)).toBeGreaterThan(Date.now());
    expect((await ask("/v1/me/taste", `Bearer ${first!.token}`)).status).toBe(200);
    await problemOf(await ask("/v1/images", `Bearer ${first!.token}`, "POST"), "auth.scope");
  });
});

describe("limits", () => {
  /** Sends until refused; the count of those let through, and the refusal. */
  async function until429(send: () => Promise<Response>, most: number): Promise<{ passed: number; refusal: Problem; retryAfter: string | null }> {
    for (let passed = 0; passed < most; passed += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, send));
      const refused = answers.find((answer) => answer.status === 429);
      const letThrough = answers.filter((answer) => answer.status !== 429).length;
      if (refused !== undefined) return { passed: passed + letThrough, refusal: await problemOf(refused, "rate.limited"), retryAfter: refused.headers.get("retry-after") };
      for (const answer of answers) await answer.body?.cancel();
    }
    throw new Error(`none of ${most} requests was refused`);
  }

  it("stop guests' sessions from one address after sixty a minute, and no other address's", async () => {
    const start = (address: string) => fetch(new URL("/v1/session", stack.url), { method: "POST", headers: { "cf-connecting-ip": address } });
    const { passed, retryAfter } = await until429(() => start("203.0.113.61"), 140);
    expect(passed).toBeGreaterThanOrEqual(60);
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect((await start("203.0.113.62")).status).toBe(201);
  });

  it("stop one viewer's writes after six hundred a minute, and neither their reads nor another viewer's writes", async () => {
    const [viewer, other] = await Promise.all([mintViewer(stack), mintViewer(stack)]);
    // Refused by its address, which costs nothing, but counted before that.
    const write = () => viewer.send("DELETE", `/v1/me/taste/puddles/${"x".repeat(65)}`);
    const { passed } = await until429(write, 1_300);
    expect(passed).toBeGreaterThanOrEqual(600);
    expect((await viewer.send("GET", "/v1/me/taste")).status).toBe(200);
    expect((await other.send("PUT", "/v1/me/settings", { adventure: 0.5 })).status).toBe(200);
  });
});

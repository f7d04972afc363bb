import { randomUUID } from "node:crypto";
import { SignJWT, type JWTPayload } from "jose";
import { ApiViewer } from "./viewer.ts";

/** Claims of a token that the stack accepts; a test replaces what it wants to be wrong, `undefined` leaves a claim out. */
export function goodClaims(viewerId: string = randomUUID()): JWTPayload & { scope: unknown } {
  const now = Math.floor(Date.now() / 1000);
  return { sub: viewerId, iss: "miraveja", aud: "miraveja", iat: now, exp: now + 3600, scope: "viewer" };
}

export function mintToken(jwtSecret: string, claims: JWTPayload, alg = "HS256"): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(jwtSecret));
}

/** A new viewer who did not have to ask for a session: those are counted by address, and tests share one. */
export async function mintViewer(stack: { url: string; jwtSecret: string }, scope = "viewer"): Promise<ApiViewer> {
  const id = randomUUID();
  return new ApiViewer(stack.url, id, await mintToken(stack.jwtSecret, { ...goodClaims(id), scope }));
}

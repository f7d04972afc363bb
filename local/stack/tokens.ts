import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { Scope } from "#shared/contract/session.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { StartFailed } from "./start-failed.ts";

export const issuer = "miraveja";
export const audience = "miraveja";

/** A token for the stack that keeps its data here, whether it is running or not. */
export async function tokenFor(dataDir: string, scopes: Scope[]): Promise<string> {
  const secrets = await readSecrets(dataDir);
  if (secrets === undefined) throw new StartFailed("no_secrets", `${dataDir} holds no stack's secrets.`);
  return signToken(secrets, scopes);
}

/** A token as an identity provider would hand it out. */
export function signToken({ jwtSecret }: Secrets, scopes: Scope[], viewerId: string = randomUUID()): Promise<string> {
  return new SignJWT({ scope: scopes.join(" ") })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(viewerId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime("30d")
    .sign(new TextEncoder().encode(jwtSecret));
}

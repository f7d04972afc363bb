import { createRemoteJWKSet, errors, jwtVerify, SignJWT, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import { Failure } from "#shared/contract/failures.ts";
import { scopes, TokenClaims, type Scope, type Session } from "#shared/contract/session.ts";
import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { EdgeSettings } from "../settings.ts";

/** Who a request comes from, by its token. */
export interface Viewer {
  id: string;
  scopes: readonly Scope[];
}

export interface Tokens {
  /** Throws `auth.invalid`. */
  verify(token: string): Promise<Viewer>;
  /** A new guest and their token; throws `auth.guests_closed` where guests are not welcome. */
  issueGuest(): Promise<Session>;
}

const guestLifetimeMs = 90 * dayMs;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function tokens(settings: EdgeSettings, clock: Clock): Tokens {
  const secret = settings.JWT_SECRET === undefined ? undefined : new TextEncoder().encode(settings.JWT_SECRET);
  const keySet = settings.JWKS_URL === undefined ? undefined : createRemoteJWKSet(new URL(settings.JWKS_URL));
  const expected = {
    ...(settings.JWT_ISSUER === undefined ? {} : { issuer: settings.JWT_ISSUER }),
    ...(settings.JWT_AUDIENCE === undefined ? {} : { audience: settings.JWT_AUDIENCE }),
    requiredClaims: ["exp", "sub"],
  };
  /**
   * Verified tokens, so that a page costs no signature check, each with the time it expires. The cache's own expiry needs
   * a timer that outlives the request that set it, which workerd does not give.
   */
  const verified = new LRUCache<string, { viewer: Viewer; expiresAt: number }>({ max: 2_000 });

  const check = async (token: string): Promise<JWTPayload> => {
    const now = new Date(clock());
    if (keySet !== undefined) {
      const verifiedToken = await jwtVerify(token, keySet as JWTVerifyGetKey, { ...expected, currentDate: now, algorithms: ["RS256", "ES256", "EdDSA"] });
      return verifiedToken.payload;
    }
    return (await jwtVerify(token, secret!, { ...expected, currentDate: now, algorithms: ["HS256"] })).payload;
  };

  return {
    async verify(token) {
      const known = verified.get(token);
      if (known !== undefined && clock() < known.expiresAt) return known.viewer;
      let payload: JWTPayload;
      try {
        payload = await check(token);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) throw new Failure("auth.invalid");
        throw error;
      }
      const claims = TokenClaims.safeParse(payload);
      if (!claims.success) throw new Failure("auth.invalid");
      const viewer = { id: await viewerIdOf(claims.data.sub, claims.data.iss), scopes: scopesOf(claims.data.scope) };
      verified.set(token, { viewer, expiresAt: (payload.exp ?? 0) * 1000 });
      return viewer;
    },

    async issueGuest() {
      if (settings.GUESTS !== "open" || secret === undefined) throw new Failure("auth.guests_closed");
      const viewer_id = crypto.randomUUID();
      const now = clock();
      const token = await new SignJWT({ scope: "viewer" })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(viewer_id)
        .setIssuedAt(Math.floor(now / 1000))
        .setExpirationTime(Math.floor((now + guestLifetimeMs) / 1000))
        .setIssuer(settings.JWT_ISSUER ?? "miraveja")
        .setAudience(settings.JWT_AUDIENCE ?? "miraveja")
        .sign(secret);
      return { viewer_id, token, expires_at: new Date(now + guestLifetimeMs).toISOString() };
    },
  };
}

function scopesOf(claim: string): Scope[] {
  return scopes.filter((scope) => claim.split(" ").includes(scope));
}

/** A subject that is no UUID (`user_2f…`) becomes one that is the same every time and differs between issuers. */
async function viewerIdOf(subject: string, issuer: string | undefined): Promise<string> {
  if (uuid.test(subject)) return subject;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${issuer ?? ""}\n${subject}`));
  return uuidOfDigest(new Uint8Array(digest));
}

import { z } from "zod";

export const scopes = ["viewer", "operator"] as const;
export const Scope = z.enum(scopes);
export type Scope = z.infer<typeof Scope>;

export const Session = z
  .object({ viewer_id: z.uuid(), token: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

/** Claims both kinds of token carry; `scope` is space-separated (RFC 8693 §4.2). */
export const TokenClaims = z.object({ sub: z.string().min(1).max(255), iss: z.string().optional(), scope: z.string().default("viewer") });

export const Health = z.object({ status: z.enum(["ok", "degraded"]), checks: z.record(z.string(), z.enum(["ok", "away"])) }).meta({ id: "Health" });

export const ViewerExport = z
  .object({
    viewer_id: z.uuid(),
    exported_at: z.iso.datetime(),
    settings: z.unknown(),
    interactions: z.array(z.unknown()),
    taste: z.unknown(),
    pages: z.array(z.unknown()),
    shared_taste: z.array(z.unknown()).meta({ description: "Which of the viewer's puddles others share, told as /v1/me/neighbours tells it" }),
    communities: z.array(z.unknown()).meta({ description: "Those the viewer is counted in" }),
    invitations: z.array(z.unknown()).meta({ description: "Those the viewer made; only a digest of each code is held" }),
  })
  .meta({ id: "ViewerExport" });

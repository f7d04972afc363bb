import { z } from "zod";
import { KeyId, KeySetText } from "#shared/security/keys.ts";

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

const Settings = z.object({
  DATABASE_URL: z.url(),
  /** Where the database answers when it is not Neon itself. */
  DATABASE_ENDPOINT: z.url().optional(),
  UPSTASH_REDIS_REST_URL: z.url(),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1),
  NODE_URL: z.url(),
  NODE_ID: z.string().min(1),
  /** The node's public keys, to check its answers. */
  NODE_PUBLIC_KEYS: json(KeySetText),
  EDGE_KEY_ID: z.string().min(1),
  EDGE_PRIVATE_KEY: z.string().min(1),
  /** One of the two: a shared secret (HS256), or the address of a key set. */
  JWT_SECRET: z.string().min(32).optional(),
  JWKS_URL: z.url().optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  /** `id:secret`, comma-separated; the first signs, all are accepted. */
  CURSOR_SECRETS: z.string().transform((text, context) =>
    text.split(",").map((entry) => {
      const [keyId = "", secret = ""] = entry.split(":");
      if (!KeyId.safeParse(keyId).success || secret.length < 32) context.addIssue({ code: "custom", message: "each must be id:secret, the secret of 32 characters or more" });
      return { keyId, secret };
    }),
  ),
  GUESTS: z.enum(["open", "closed"]).default("closed"),
  /** Origins of web clients elsewhere, comma-separated; `*` for any. */
  ALLOWED_ORIGINS: z.string().default("").transform((text) => text.split(",").filter((origin) => origin !== "")),
  /** `isolate` counts requests in the isolate itself, for a deployment that has but one; `bindings` leaves it to Cloudflare. */
  RATE_LIMITS: z.enum(["bindings", "isolate"]).default("bindings"),
  VECTOR_STORE: z.enum(["pgvector", "qdrant"]).default("pgvector"),
  QDRANT_URL: z.url().optional(),
  QDRANT_API_KEY: z.string().optional(),
}).refine((settings) => settings.JWT_SECRET !== undefined || settings.JWKS_URL !== undefined, {
  path: ["JWT_SECRET"],
  message: "set JWT_SECRET or JWKS_URL",
}).refine((settings) => settings.GUESTS === "closed" || settings.JWT_SECRET !== undefined, {
  path: ["GUESTS"],
  message: "guests need JWT_SECRET, to sign their tokens",
}).refine((settings) => settings.VECTOR_STORE !== "qdrant" || settings.QDRANT_URL !== undefined, {
  path: ["QDRANT_URL"],
  message: "VECTOR_STORE=qdrant needs it",
});

export type EdgeSettings = z.infer<typeof Settings>;

/** Parses the edge's settings; throws one line that names every setting to mend and shows no value. */
export function parseSettings(raw: Readonly<Record<string, unknown>>): EdgeSettings {
  const parsed = Settings.safeParse(raw);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => {
    const name = path.join(".");
    return raw[name] === undefined && message.startsWith("Invalid input") ? `${name} is not set` : `${name}: ${message}`;
  });
  throw new Error(`settings of the edge: ${wrong.join("; ")}`);
}

import { z } from "zod";
import { encoderNames } from "./models/node-encoder.ts";
import { ModelSettings } from "./models/registry/settings.ts";
import { KeyId } from "#shared/security/keys.ts";

const text = z.string().min(1, "is empty");
const address = z.url({ protocol: /^https?$/, error: "has to be an http or https address" });

/** Settings of the node, as the environment gives them. */
const NodeEnv = z
  .object({
    HOST: text.default("127.0.0.1"),
    PORT: z.coerce.number("has to be a number").int().min(0).max(65_535, "has to be a port, 0 to 65535").default(8790),
    NODE_ID: text,
    DATABASE_URL: text,
    DATABASE_ENDPOINT: address.optional(),
    VECTOR_STORE: z.enum(["pgvector", "qdrant"], "has to be pgvector or qdrant").default("pgvector"),
    QDRANT_URL: address.optional(),
    QDRANT_API_KEY: text.optional(),
    TRUSTED_KEYS_FILE: text,
    NODE_KEY_ID: KeyId,
    NODE_PRIVATE_KEY: text,
    FRESH_KEYS: z.enum(["yes", "no"], "has to be yes or no").default("no"),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"], "has to be debug, info, warn or error").default("info"),
    IMAGE_ENCODER: text.optional(),
    EDGE_URL: address.optional(),
    INGEST_THREADS: z.coerce.number("has to be a number").int().min(1).max(64).optional(),
    MODEL_MEMORY_MB: z.coerce.number("has to be a number").int().min(0, "has to be 0 or more").optional(),
    ...ModelSettings.shape,
  })
  .refine((env) => env.VECTOR_STORE !== "qdrant" || env.QDRANT_URL !== undefined, {
    path: ["QDRANT_URL"],
    message: "is needed where VECTOR_STORE is qdrant",
  });
export type NodeEnv = z.infer<typeof NodeEnv>;

/** What is wrong with the settings, in one line that names each and shows no value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Parses the environment, once, at the door. Empty values count as missing. */
export const parseEnv = (source: Record<string, string | undefined>): NodeEnv => parseSettings(NodeEnv, source, "node gpu-node/main.ts --help");

/** The same for any command with settings of its own; `help` is the command that lists them. */
export function parseSettings<T extends z.ZodType>(settings: T, source: Record<string, string | undefined>, help: string): z.output<T> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return given[name] === undefined && issue.code === "invalid_type" ? `${name} is not set` : `${name} ${issue.message}`;
  });
  throw new SettingsError(`${lines.join("; ")}. See \`${help}\`.`);
}

export const help = `MiraVeja's GPU node: embeds images, keeps tastes, composes pages.

  node gpu-node/main.ts          start; settings come from the environment
  node gpu-node/main.ts --help   this text

Settings
  NODE_ID             name of this node; callers sign their requests for it
  DATABASE_URL        Postgres connection string (Neon)
  DATABASE_ENDPOINT   address of Neon's HTTP protocol where it is not Neon's own (embedded stack)
  TRUSTED_KEYS_FILE   JSON {"keys": {"<key id>": "<ed25519 public key, base64url>"}}; followed while running
  NODE_KEY_ID         id of this node's own key, which signs its answers
  NODE_PRIVATE_KEY    that key, PKCS#8 in base64url
  HOST                interface to listen on (127.0.0.1)
  PORT                port to listen on, 0 for any free one (8790)
  VECTOR_STORE        pgvector or qdrant (pgvector)
  QDRANT_URL          address of Qdrant, where VECTOR_STORE is qdrant
  QDRANT_API_KEY      its key, where it asks for one
  FRESH_KEYS          yes where the trusted keys were made for this very start, so that no request signed before
                      it can be replayed; otherwise requests are taken from five seconds after the start (no)
  IMAGE_ENCODER       what it sees with: ${encoderNames.join(", ")}, or a pulled model that sees, such as clip-vit-b32-fp16. A change embeds
                      every image anew, which a job does beside the running feed; until it is done the node goes on with what it has.
                      Unset: as before, ${encoderNames[0]} at first
  EDGE_URL            address of the edge, which hands out the originals for that (no images are embedded anew without)
  INGEST_THREADS      images analysed at once (one per processor)
  MODELS_DIR          where pulled models lie; \`npm run models -- --help\` says more
                      ($XDG_CACHE_HOME/miraveja/models, or ~/.cache/miraveja/models)
  MODEL_MEMORY_MB     most memory that models may take, in MB (what is free on the GPU; without one, half of the machine's)
  LOG_LEVEL           debug, info, warn or error (info)
`;

export type Unavailability =
  | "unknown_name"
  | "catalogue"
  | "not_pulled"
  | "wrong_digest"
  | "not_found"
  | "no_access"
  | "no_network"
  | "no_space"
  | "source_failed";

/** A model cannot be had. The message is one line that says why and what to do; what is served goes on being served. */
export class ModelUnavailable extends Error {
  override readonly name = "ModelUnavailable";
  readonly code: Unavailability;

  constructor(code: Unavailability, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The system's code for what went wrong, looked for in the causes too: `ENOSPC`, `ECONNREFUSED`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : systemCodeOf(error.cause);
}

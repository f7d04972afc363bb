import { Failure } from "#shared/contract/failures.ts";
import { ImageWorkFailed } from "../ingest/image-work.ts";
import { ImageRefused } from "../ingest/refusal.ts";

/** What a caller is told of work on an image that failed; anything else stays the fault it is. */
export function imageFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof ImageRefused) return new Failure(error.code, { detail: error.message });
  if (signal.aborted) return new Failure("request.malformed", { detail: "The caller has gone." });
  if (!(error instanceof ImageWorkFailed)) return error;
  if (error.code === "busy") return new Failure("gpu.busy", { retryAfterSeconds: 1 });
  // An image that cannot be read in time, or that breaks its reader, is refused like a damaged one.
  return new Failure("image.corrupt", { detail: error.message, cause: error });
}

import type { z } from "zod";
import { Failure, failures, type FailureCode } from "#shared/contract/failures.ts";
import { ComposeAnswer, EmbedTextAnswer, ForgetAnswer, IngestAnswer, LookAnswer, ObserveAnswer, type ComposeRequest } from "#shared/contract/node.ts";
import { TasteView } from "#shared/contract/taste.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { NodeAway, type SignedFetch } from "#shared/security/signed-fetch.ts";
import { log } from "../log.ts";

/** The GPU node as the edge sees it. Every call throws `NodeAway` or `Failure("gpu.busy")` when it cannot be had now. */
export interface NodeClient {
  compose(request: ComposeRequest, requestId: string, signal?: AbortSignal): Promise<ComposeAnswer>;
  observe(viewers: { viewer_id: string; offset: number }[], requestId: string): Promise<void>;
  ingest(original: Uint8Array<ArrayBuffer>, mediaType: string, requestId: string): Promise<IngestAnswer>;
  /** What there is to say of a stored file beside its vector. */
  look(file: Uint8Array<ArrayBuffer>, requestId: string): Promise<LookAnswer>;
  taste(viewerId: string, requestId: string): Promise<TasteView>;
  /** Texts as vectors in the space the node sees in. */
  embedText(texts: readonly string[], requestId: string): Promise<EmbedTextAnswer>;
  /** Drops what the node remembers of a viewer. */
  forget(viewerId: string, requestId: string): Promise<void>;
  /** Drops what the node remembers of images that were removed. */
  forgetImages(imageIds: string[], requestId: string): Promise<void>;
}

const deadlineMs = { compose: 800, observe: 10 * secondMs, ingest: 60 * secondMs, look: 30 * secondMs, taste: 3 * secondMs, embedText: 600, forget: 3 * secondMs, forgetImages: 3 * secondMs };

/** After an unanswered read the node is left alone by reads this long, so that a hanging node does not slow every page. */
const restMs = secondMs;
/** Who uploads, removes or erases something would rather wait than be refused for the sake of somebody's page. */
const rested = new Set<keyof typeof deadlineMs>(["compose", "taste", "embedText", "observe"]);

export function nodeClient(ask: SignedFetch, clock: Clock): NodeClient {
  let awayUntil = 0;

  const call = async <T extends z.ZodType>(
    name: keyof typeof deadlineMs,
    method: "GET" | "POST" | "DELETE",
    path: string,
    answer: T,
    { requestId, body, contentType, signal }: { requestId: string; body?: string | Uint8Array<ArrayBuffer>; contentType?: string; signal?: AbortSignal },
  ): Promise<z.output<T>> => {
    if (rested.has(name) && clock() < awayUntil) throw new NodeAway("unreachable", "it did not answer a moment ago");
    try {
      const response = await ask(path, {
        method,
        deadlineMs: deadlineMs[name],
        requestId,
        ...(body === undefined ? {} : { body, contentType: contentType ?? "application/json" }),
        ...(signal === undefined ? {} : { signal }),
      });
      const parsed: unknown = await response.json();
      if (!response.ok) throw failureOf(parsed, response);
      return answer.parse(parsed);
    } catch (error) {
      if (error instanceof NodeAway && error.reason !== "untrusted" && (name === "compose" || name === "taste")) awayUntil = clock() + restMs;
      if (error instanceof NodeAway) log({ event: "node.away", request_id: requestId, call: name, reason: error.message });
      throw error;
    }
  };

  return {
    compose: (request, requestId, signal) =>
      call("compose", "POST", "/v1/feed/compose", ComposeAnswer, { requestId, body: JSON.stringify(request), ...(signal ? { signal } : {}) }),
    async observe(viewers, requestId) {
      await call("observe", "POST", "/v1/taste/observe", ObserveAnswer, { requestId, body: JSON.stringify({ viewers }) });
    },
    ingest: (original, contentType, requestId) => call("ingest", "POST", "/v1/ingest", IngestAnswer, { requestId, body: original, contentType }),
    look: (file, requestId) => call("look", "POST", "/v1/ingest/look", LookAnswer, { requestId, body: file, contentType: "image/webp" }),
    taste: (viewerId, requestId) => call("taste", "GET", `/v1/taste/${viewerId}`, TasteView, { requestId }),
    embedText: (texts, requestId) => call("embedText", "POST", "/v1/embed/text", EmbedTextAnswer, { requestId, body: JSON.stringify({ texts }) }),
    async forget(viewerId, requestId) {
      await call("forget", "DELETE", `/v1/taste/${viewerId}`, ForgetAnswer, { requestId });
    },
    async forgetImages(imageIds, requestId) {
      await call("forgetImages", "POST", "/v1/images/forget", ForgetAnswer, { requestId, body: JSON.stringify({ image_ids: imageIds }) });
    },
  };
}

/** What the node refused keeps its code where the edge's own callers can act on it. */
function failureOf(problem: unknown, response: Response): Failure | NodeAway {
  const code = typeof problem === "object" && problem !== null && "code" in problem ? String(problem.code) : "";
  const detail = typeof problem === "object" && problem !== null && "detail" in problem ? String(problem.detail) : undefined;
  const passedOn = code in failures && (code.startsWith("image.") || code === "gpu.busy" || code === "viewer.erased" || code === "store.away");
  if (!passedOn) return new NodeAway("untrusted", `it answered ${response.status} ${code}`);
  const retryAfterSeconds = Number(response.headers.get("retry-after")) || undefined;
  return new Failure(code as FailureCode, {
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/**
 * Every way a request can fail, in one table. The HTTP status, the retry hint, the public text and the OpenAPI
 * responses all derive from it; a code, once published, keeps its meaning.
 */
export const failures = {
  "request.invalid": { status: 422, retry: false, says: "The request does not fit the contract; see `fields`." },
  "request.malformed": { status: 400, retry: false, says: "The request could not be read." },
  "request.not_found": { status: 404, retry: false, says: "There is nothing at this address." },
  "request.method_not_allowed": { status: 405, retry: false, says: "This address does not take that method; see `Allow`." },
  "request.unsupported_type": { status: 415, retry: false, says: "That content type is not taken here." },
  "body.too_large": { status: 413, retry: false, says: "The body is larger than this route takes." },
  "auth.missing": { status: 401, retry: false, says: "Send a bearer token; POST /v1/session gives a guest one where guests are welcome." },
  "auth.invalid": { status: 401, retry: false, says: "The token is not valid here, or has expired." },
  "auth.scope": { status: 403, retry: false, says: "This token does not carry the scope this route needs." },
  "auth.guests_closed": { status: 403, retry: false, says: "This deployment does not hand out guest sessions." },
  "viewer.erased": { status: 410, retry: false, says: "This viewer was erased at their own request; start a new session." },
  "rate.limited": { status: 429, retry: true, says: "Too many requests; wait a moment." },
  "feed.cursor_invalid": { status: 400, retry: false, says: "This cursor was not made here; start again from the top." },
  "feed.cursor_expired": { status: 410, retry: false, says: "This feed has moved on; start again from the top." },
  "search.cursor_invalid": { status: 400, retry: false, says: "This cursor was not made for this search; search again from the top." },
  "image.not_found": { status: 404, retry: false, says: "There is no such image." },
  "image.withheld": { status: 403, retry: false, says: "Your level of safety leaves this image out; your settings can change it." },
  "image.removed": { status: 410, retry: false, says: "This image was removed and is not taken again." },
  "image.original_gone": { status: 409, retry: false, says: "The original of this image was deleted; it cannot be restored." },
  "review.not_found": { status: 404, retry: false, says: "No such image waits for review." },
  "image.empty": { status: 422, retry: false, says: "The file is empty." },
  "image.not_an_image": { status: 422, retry: false, says: "The file is not an image we can read (JPEG, PNG, WebP, GIF or AVIF)." },
  "image.too_many_pixels": { status: 422, retry: false, says: "The image has more pixels than we take." },
  "image.too_small": { status: 422, retry: false, says: "The image is too small to show." },
  "image.too_large": { status: 413, retry: false, says: "The file is larger than we take." },
  "image.corrupt": { status: 422, retry: false, says: "The image is damaged and could not be decoded." },
  "interaction.unknown_image": { status: 422, retry: false, says: "There is no such image." },
  "taste.unknown_puddle": { status: 404, retry: false, says: "There is no such puddle." },
  "taste.nothing_to_undo": { status: 409, retry: false, says: "There is nothing left to undo." },
  "invitation.not_found": { status: 404, retry: false, says: "There is no such invitation; it may have been taken back." },
  "invitation.expired": { status: 410, retry: false, says: "This invitation has run out; ask for a new one." },
  "invitation.own": { status: 409, retry: false, says: "This invitation is your own; send it to somebody to look together." },
  "region.not_found": { status: 404, retry: false, says: "There is no such region." },
  "signature.missing": { status: 401, retry: false, says: "The request is not signed." },
  "signature.unknown_key": { status: 401, retry: false, says: "The signing key is not known here." },
  "signature.invalid": { status: 401, retry: false, says: "The signature does not fit the request." },
  "signature.digest_mismatch": { status: 401, retry: false, says: "The body does not fit its digest." },
  "signature.expired": { status: 401, retry: false, says: "The signature has expired." },
  "signature.future": { status: 401, retry: false, says: "The signature was made in the future; check the clocks." },
  "signature.replayed": { status: 401, retry: false, says: "This request was seen before." },
  "signature.wrong_audience": { status: 401, retry: false, says: "The request was signed for another node." },
  "signature.before_start": { status: 401, retry: true, says: "The request was signed before this node started; sign it anew." },
  "gpu.busy": { status: 503, retry: true, says: "Busy for a moment." },
  "node.away": { status: 503, retry: true, says: "The taste engine is away for a moment; your feed goes on without it." },
  "store.away": { status: 503, retry: true, says: "A store did not answer; nothing was accepted." },
  "internal": { status: 500, retry: true, says: "Something went wrong on our side." },
} as const satisfies Record<string, { status: number; retry: boolean; says: string }>;

export type FailureCode = keyof typeof failures;

/** One thing wrong with one field; `field` is a path such as `events.3.kind`. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Thrown anywhere below a route; the error handler turns it into problem+json. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | undefined;
  readonly fields: FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: FailureCode,
    more: { detail?: string; fields?: FieldProblem[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(more.detail ?? failures[code].says, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Failure";
    this.code = code;
    this.detail = more.detail;
    this.fields = more.fields;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: FailureCode;
  detail?: string;
  retry: boolean;
  fields?: FieldProblem[];
  request_id: string;
}

export const problemContentType = "application/problem+json";

export function problemOf(failure: Failure, requestId: string): Problem {
  const { status, retry, says } = failures[failure.code];
  return {
    type: `urn:miraveja:problem:${failure.code}`,
    title: says,
    status,
    code: failure.code,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    retry,
    ...(failure.fields === undefined ? {} : { fields: failure.fields }),
    request_id: requestId,
  };
}

/** A problem as a whole response, with `Retry-After` where waiting helps. */
export function problemResponse(failure: Failure, requestId: string): Response {
  const { status, retry } = failures[failure.code];
  const headers = new Headers({ "content-type": problemContentType, "x-request-id": requestId, "cache-control": "no-store" });
  if (retry) headers.set("retry-after", String(failure.retryAfterSeconds ?? 1));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(problemOf(failure, requestId)), { status, headers });
}

import { setTimeout as sleep } from "node:timers/promises";
import { failures } from "#shared/contract/failures.ts";
import type { ImageLabels } from "#shared/contract/image.ts";

export interface UploadTarget {
  url: string;
  /** With the scope `operator`. */
  token: string;
}

/** `held`: it is kept, and waits for an operator's review. */
export type UploadResult = { outcome: "stored" | "already_there" | "held" } | { outcome: "refused"; why: string };

interface Problem {
  title: string;
  detail?: string;
  retry: boolean;
  fields?: { field: string; message: string }[];
}

const outcomes: Readonly<Record<number, "stored" | "held">> = { 201: "stored", 202: "held" };
const tries = 20;
const waitMs = 250;

/**
 * Brings one image in through the edge, as any operator's program would. Waits and tries again while the service is
 * busy or away; what is wrong with the image itself is told, not retried. Throws when the service takes nothing from this
 * caller, and the signal's reason when aborted.
 */
export async function uploadImage(
  target: UploadTarget, bytes: Uint8Array<ArrayBuffer>, mediaType: string, labels: Partial<ImageLabels>, signal?: AbortSignal,
): Promise<UploadResult> {
  const form = new FormData();
  form.set("file", new Blob([bytes], { type: mediaType }), "image");
  form.set("labels", JSON.stringify(labels));
  let last = "";
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await sleep(waitMs * Math.min(8, attempt), undefined, signal === undefined ? {} : { signal });
    let response: Response;
    let body: unknown;
    try {
      response = await unlessAborted(post(target, form), signal);
      body = await unlessAborted(response.json(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      last = error instanceof Error ? error.message : String(error);
      continue;
    }
    if (response.ok) return { outcome: outcomes[response.status] ?? "already_there" };
    const problem = body as Problem;
    last = inWords(problem);
    if (response.status === 401 || response.status === 403) throw new Error(`the service at ${target.url} refuses the token: ${last}`);
    if (!problem.retry) return { outcome: "refused", why: last };
  }
  throw new Error(`the service at ${target.url} did not take the image after ${tries} tries: ${last}`);
}

function post({ url, token }: UploadTarget, body: FormData): Promise<Response> {
  return fetch(new URL("/v1/images", url), { method: "POST", headers: { authorization: `Bearer ${token}` }, body });
}

/** Stops waiting when aborted. The request itself goes on: Node's fetch ends the process when a form is cut off in sending. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function inWords({ title, detail, fields = [] }: Problem): string {
  return [detail ?? title, ...fields.map(({ field, message }) => `${field}: ${message}`)].join(" ");
}

/** Whether the service has an image of this id in sight, be it only for some viewers: then its bytes need not be sent. */
export async function isThere(target: UploadTarget, imageId: string): Promise<boolean> {
  const response = await fetch(new URL(`/v1/images/${imageId}`, target.url), { headers: { authorization: `Bearer ${target.token}` } }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === failures["image.withheld"].status || response?.status === 200;
}

/** Runs `work` over the items, at most `width` at a time; the first error stops the rest from starting. */
export async function inParallel<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let next = left.next(); !failed && next.done !== true; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

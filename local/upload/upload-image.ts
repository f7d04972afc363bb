import type { ImageLabels } from "#shared/contract/image.ts";

export interface UploadTarget {
  url: string;
  /** With the scope `operator`. */
  token: string;
}

export type UploadResult = { outcome: "stored" | "already_there" } | { outcome: "refused"; why: string };

const tries = 20;
const waitMs = 250;

/**
 * Brings one image in through the edge, as any operator's program would. Waits and tries again while the service is
 * busy or away; what is wrong with the image itself is told, not retried.
 */
export async function uploadImage(target: UploadTarget, bytes: Uint8Array<ArrayBuffer>, mediaType: string, labels: Partial<ImageLabels>): Promise<UploadResult> {
  let last = "";
  for (let attempt = 0; attempt < tries; attempt++) {
    const form = new FormData();
    form.set("file", new Blob([bytes], { type: mediaType }), "image");
    form.set("labels", JSON.stringify(labels));
    try {
      const response = await fetch(new URL("/v1/images", target.url), { method: "POST", headers: { authorization: `Bearer ${target.token}` }, body: form });
      if (response.status === 201) return { outcome: "stored" };
      if (response.status === 200) return { outcome: "already_there" };
      const problem = (await response.json()) as { title: string; detail?: string; retry: boolean; fields?: { field: string; message: string }[] };
      last = [problem.detail ?? problem.title, ...(problem.fields ?? []).map(({ field, message }) => `${field}: ${message}`)].join(" ");
      if (!problem.retry) return { outcome: "refused", why: last };
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((done) => setTimeout(done, waitMs * Math.min(8, attempt + 1)));
  }
  throw new Error(`the service at ${target.url} did not take the image after ${tries} tries: ${last}`);
}

/** Whether the service shows an image of this id, so that its bytes need not be sent. */
export async function isThere(target: UploadTarget, imageId: string): Promise<boolean> {
  const response = await fetch(new URL(`/v1/images/${imageId}`, target.url), { headers: { authorization: `Bearer ${target.token}` } }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
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

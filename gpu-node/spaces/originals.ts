import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { BodyTooLarge, readBounded } from "#shared/security/bounded-body.ts";
import type { Signer } from "#shared/security/keys.ts";
import { edgeTag, signRequest } from "#shared/security/request-signature.ts";

/** An image's original bytes, which the edge keeps. */
export type Originals = (imageId: string, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** This one image cannot be had, now or later. */
export class OriginalGone extends Error {
  override readonly name = "OriginalGone";
}

/** No image can be had at the moment; the message says what to look at. */
export class EdgeAway extends Error {
  override readonly name = "EdgeAway";
}

export interface OriginalsParts {
  edgeUrl: string;
  /** The node's own key, which the edge knows. */
  signer: Signer;
  nodeId: string;
  clock: Clock;
}

const patienceMs = 30 * secondMs;
/** More than the edge ever stores. */
const limitBytes = 32 * 1024 * 1024;

/**
 * Asks the edge, signed as this node. The answer needs no signature: an image's id is the digest of its original, so what came is held
 * against what was asked for.
 */
export function originalsOfEdge({ edgeUrl, signer, nodeId, clock }: OriginalsParts): Originals {
  const { origin } = new URL(edgeUrl);
  return async (imageId, signal) => {
    const url = `${origin}/v1/images/${imageId}/original`;
    const headers = await signRequest({ method: "GET", url, headers: new Headers(), body: new Uint8Array(0) }, signer, clock, edgeTag(nodeId));
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await fetch(url, { headers, signal: bounded, redirect: "manual" });
      bytes = await readBounded(response.body, limitBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BodyTooLarge) throw new OriginalGone(`its original is larger than ${limitBytes} bytes`);
      throw new EdgeAway(`the edge at ${origin} did not answer; is EDGE_URL right?`, { cause: error });
    }
    if (response.status === 404) throw new OriginalGone("the edge has no original of it");
    if (!response.ok) throw new EdgeAway(`the edge at ${origin} answered ${response.status}; does it know this node's key, and is EDGE_URL right?`);
    const owned = Uint8Array.from(bytes);
    if (uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", owned))) !== imageId) throw new OriginalGone("its original is not what its id says");
    return owned;
  };
}

import { z } from "zod";
import type { Clock } from "#shared/kernel/clock.ts";
import type { KeySet, Signer } from "./keys.ts";
import type { SignedRequest } from "./request-signature.ts";
import { ResponseRefused, signResponseHead, verifyResponseHead, withField, type ResponseHead } from "./response-signature.ts";
import { TranscriptDigest } from "./transcript-digest.ts";

/**
 * Event streams whose end can be checked. The head is signed as it goes out; the last event, `transcript`, carries the
 * digest of every byte before it and the signature that a whole answer with that digest would have had.
 */

const transcriptEvent = "event: transcript\n";
/** Longer single events end the stream; a token's event has some hundred bytes. */
const eventLimitBytes = 64 * 1024;
const lineFeed = 10;

const Transcript = z.object({ "content-digest": z.string(), "signature-input": z.string(), signature: z.string() }).strict();

/** Passes the events on and adds the last one. A stream that breaks off before never gets it. */
export function sealStream(request: SignedRequest, head: ResponseHead, signer: Signer, clock: Clock): TransformStream<Uint8Array, Uint8Array> {
  const transcript = new TranscriptDigest();
  let tail: Uint8Array = new Uint8Array([lineFeed, lineFeed]);
  const pass = (chunk: Uint8Array, out: TransformStreamDefaultController<Uint8Array>) => {
    transcript.update(chunk);
    tail = joined(tail, chunk).slice(-2);
    out.enqueue(chunk);
  };
  return new TransformStream({
    transform: pass,
    async flush(out) {
      if (tail[0] !== lineFeed || tail[1] !== lineFeed) pass(new Uint8Array([lineFeed, lineFeed]), out);
      const digest = await transcript.final();
      const signed = { status: head.status, headers: withField(head.headers, "content-digest", digest) };
      const fields = { "content-digest": digest, ...(await signResponseHead(request, signed, signer, clock)) };
      out.enqueue(new TextEncoder().encode(`${transcriptEvent}data: ${JSON.stringify(fields)}\n\n`));
    },
  });
}

/**
 * Passes whole events on as they come and holds the last one back: the stream fails with `ResponseRefused` where the
 * transcript is missing, does not fit what came before, or is not the last thing.
 */
export function openStream(request: SignedRequest, head: ResponseHead, keys: KeySet): TransformStream<Uint8Array, Uint8Array> {
  const transcript = new TranscriptDigest();
  const mark = new TextEncoder().encode(transcriptEvent);
  let pending: Uint8Array = new Uint8Array(0);
  let last: Uint8Array | undefined;
  return new TransformStream({
    transform(chunk, out) {
      pending = joined(pending, chunk);
      for (let end = eventEnd(pending); end > 0; end = eventEnd(pending)) {
        if (last !== undefined) throw new ResponseRefused("invalid");
        const event = pending.slice(0, end);
        pending = pending.slice(end);
        if (mark.every((byte, i) => event[i] === byte)) {
          last = event;
        } else {
          transcript.update(event);
          out.enqueue(event);
        }
      }
      if (pending.length > eventLimitBytes) throw new ResponseRefused("invalid");
    },
    async flush() {
      if (last === undefined) throw new ResponseRefused("unsigned");
      if (pending.length > 0) throw new ResponseRefused("invalid");
      const fields = parseTranscript(last);
      if (fields["content-digest"] !== (await transcript.final())) throw new ResponseRefused("digest_mismatch");
      const headers = Object.entries(fields).reduce((all, [name, value]) => withField(all, name, value), head.headers);
      await verifyResponseHead(request, { status: head.status, headers }, keys);
    },
  });
}

function parseTranscript(event: Uint8Array) {
  try {
    const text = new TextDecoder().decode(event);
    return Transcript.parse(JSON.parse(text.slice(transcriptEvent.length + "data: ".length)));
  } catch (cause) {
    throw new ResponseRefused("invalid", cause);
  }
}

/** Where the first whole event ends (after its empty line), or 0. */
function eventEnd(bytes: Uint8Array): number {
  for (let i = 1; i < bytes.length; i++) if (bytes[i] === lineFeed && bytes[i - 1] === lineFeed) return i + 1;
  return 0;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

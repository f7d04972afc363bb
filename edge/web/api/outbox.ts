import { signal } from "@preact/signals";
import type { Interaction, InteractionReceipt } from "#shared/contract/interaction.ts";
import { ApiFailure, call, callWhileLeaving } from "./client.ts";
import { EventQueue, type Delivery } from "./event-queue.ts";
import { localEventStorage } from "./event-storage.ts";
import { localStore } from "./local-store.ts";
import { savedSession } from "./session.ts";

/** How far the viewer's log reaches as the server last told us; a taste at or past it has our latest acts in it. */
export const logOffset = signal(0);
/** True while the server cannot be reached; what is done meanwhile waits in the outbox. */
export const unreachable = signal(false);

export const outbox = new EventQueue({
  storage: localEventStorage(localStore),
  deliver,
  schedule: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  onTaken: reached,
});

let logOf: string | undefined;

/** The server told how far the viewer's log reaches. A new viewer has a new log. */
export function reached(offset: number): void {
  const viewer = savedSession()?.viewer_id;
  logOffset.value = viewer === logOf ? Math.max(logOffset.value, offset) : offset;
  logOf = viewer;
}

async function deliver(events: Interaction[]): Promise<Delivery> {
  try {
    const receipt = await call<InteractionReceipt>("POST", "/v1/interactions", { body: { events } });
    unreachable.value = false;
    return { outcome: "taken", offset: receipt.offset };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    unreachable.value = error.code === "offline";
    if (error.status === 400 || error.status === 413 || error.status === 422) return { outcome: "refused" };
    return { outcome: "later", ...(error.retryAfterMs === undefined ? {} : { afterMs: error.retryAfterMs }) };
  }
}

/** Hands over what waits when the page goes away; it stays in storage, and its ids make a second sending harmless. */
export function sendWhileLeaving(): void {
  const events = outbox.leaving();
  if (events.length > 0) callWhileLeaving("POST", "/v1/interactions", { events });
}

window.addEventListener("online", () => {
  unreachable.value = false;
  void outbox.flush();
});
window.addEventListener("offline", () => (unreachable.value = true));

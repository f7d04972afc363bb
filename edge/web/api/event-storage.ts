import type { Interaction } from "#shared/contract/interaction.ts";
import type { EventStorage } from "./event-queue.ts";

const prefix = "miraveja.event.";

/**
 * Events in the browser's local storage, one key an event. Where storage is full or barred the queue goes on in
 * memory: a lost tab then loses what was unsent, which is all that can be promised there.
 */
export function localEventStorage(store: Storage | null): EventStorage {
  return {
    all() {
      if (store === null) return [];
      const keys = Array.from({ length: store.length }, (_, index) => store.key(index)).filter((key) => key?.startsWith(prefix));
      return keys.flatMap((key) => {
        try {
          return [JSON.parse(store.getItem(key!) ?? "") as Interaction];
        } catch {
          store.removeItem(key!);
          return [];
        }
      });
    },
    put(event) {
      try {
        store?.setItem(prefix + event.id, JSON.stringify(event));
      } catch {
        // Full: the event still waits in memory.
      }
    },
    remove(id) {
      store?.removeItem(prefix + id);
    },
  };
}

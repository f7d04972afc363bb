import { signal } from "@preact/signals";
import type { Tile } from "./feed-store.ts";

/** Which slot's reasons are shown, and the button they hang from. */
export const asked = signal<{ tile: Tile; anchor: DOMRect; opener: HTMLElement | null } | null>(null);

export function askWhy(tile: Tile, opener: HTMLElement): void {
  asked.value = asked.value?.tile.key === tile.key ? null : { tile, anchor: opener.getBoundingClientRect(), opener };
}

export function closeWhy(): void {
  const opener = asked.value?.opener;
  asked.value = null;
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

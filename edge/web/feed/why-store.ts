import { signal } from "@preact/signals";
import type { Tile } from "./feed-store.ts";

/** Which slot's reasons are shown, and what asked for them. */
export const asked = signal<{ tile: Tile; opener: HTMLElement } | null>(null);

export function askWhy(tile: Tile, opener: HTMLElement): void {
  asked.value = asked.value?.tile.key === tile.key ? null : { tile, opener };
}

export function closeWhy(): void {
  const opener = asked.value?.opener;
  asked.value = null;
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

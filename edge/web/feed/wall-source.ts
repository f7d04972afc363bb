import { computed } from "@preact/signals";
import * as results from "../search/search-store.ts";
import * as feed from "./feed-store.ts";

/** What hangs on the wall: what a search found while there is one, else the feed, which waits behind it as it was. */
const source = computed(() => (results.lookedFor.value === null ? feed : results));

export const tiles = computed(() => source.value.tiles.value);
export const phase = computed(() => source.value.phase.value);

export function more(): Promise<void> {
  return source.value.more();
}

export function tryAgain(): void {
  source.value.tryAgain();
}

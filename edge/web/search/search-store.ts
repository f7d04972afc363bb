import { computed, signal } from "@preact/signals";
import type { SearchPage, SearchWay } from "#shared/contract/search.ts";
import { call, isOffline } from "../api/client.ts";
import { unreachable } from "../api/outbox.ts";
import type { FeedPhase, Tile } from "../feed/feed-store.ts";
import { remember } from "../feed/known-images.ts";
import { addressFor, longestText, textInAddress } from "./search-address.ts";

/** What is looked for; null while the wall is the feed. The address holds it, so that Back ends it and a link repeats it. */
export const lookedFor = signal<string | null>(textInAddress());
/** What stands in the field; ahead of what is looked for while the hand is typing. */
export const written = signal(lookedFor.value ?? "");
export const phase = signal<FeedPhase>("waiting");
/** True while the images on the wall are those of the text before. */
export const outOfDate = signal(false);
const pages = signal<readonly SearchPage[]>([]);

/** What is told of the whole: how much was found and how. */
export const answer = computed<SearchPage | null>(() => pages.value[0] ?? null);

export const tiles = computed<readonly Tile[]>(() => {
  const hung = new Set<string>();
  // A list the server had to work out anew may repeat an image.
  const items = pages.value.flatMap((page) => page.items).filter(({ image: { id } }) => !hung.has(id) && hung.add(id));
  return items.map(({ image, by }, slot) => ({
    key: `found:${image.id}`,
    pageId: null,
    item: { slot, image, source: "explore", propensity: null, why: { term: "search", text: reason(by), terms: {} } },
  }));
});

const restMs = 260;
let asking = new AbortController();
let resting: ReturnType<typeof setTimeout> | undefined;
/** How far the feed had been scrolled when the search began. */
let feedAt = 0;
/** One search is one step back, however often its text was changed while typing. */
let typing = false;

/** What is being typed: looked for once the hand rests. */
export function typed(text: string): void {
  written.value = text;
  clearTimeout(resting);
  resting = setTimeout(() => {
    lookFor(text, typing);
    typing = lookedFor.value !== null;
  }, restMs);
}

/** Looks for a text that is complete. */
export function choose(text: string): void {
  written.value = text;
  clearTimeout(resting);
  lookFor(text, typing);
  typing = false;
}

/** Back to the feed, where it was left. */
export function endSearch(): void {
  written.value = "";
  clearTimeout(resting);
  typing = false;
  if (lookedFor.value === null) return;
  history.pushState(null, "", addressFor(null));
  turnTo(null);
}

/** The wall has room: hang the next images. */
export async function more(): Promise<void> {
  const text = lookedFor.value;
  if (phase.value !== "waiting" || text === null) return;
  phase.value = "loading";
  const mine = asking;
  try {
    const cursor = outOfDate.value ? undefined : (pages.value.at(-1)?.cursor ?? undefined);
    const query = new URLSearchParams({ q: text, ...(cursor === undefined ? {} : { cursor }) });
    const page = await call<SearchPage>("GET", `/v1/search?${query.toString()}`, { signal: mine.signal });
    if (mine.signal.aborted) return;
    for (const { image } of page.items) remember(image);
    unreachable.value = false;
    pages.value = outOfDate.value ? [page] : [...pages.value, page];
    outOfDate.value = false;
    phase.value = page.cursor === null ? "ended" : "waiting";
  } catch (error) {
    if (mine.signal.aborted) return;
    if (outOfDate.value) pages.value = [];
    outOfDate.value = false;
    phase.value = "failed";
    if (isOffline(error)) unreachable.value = true;
  }
}

export function tryAgain(): void {
  if (phase.value === "failed") phase.value = "waiting";
}

window.addEventListener("popstate", () => {
  const text = textInAddress();
  if (text === lookedFor.value) return;
  clearTimeout(resting);
  typing = false;
  written.value = text ?? "";
  turnTo(text);
});

function lookFor(text: string, replacing: boolean): void {
  const wanted = text.trim().slice(0, longestText);
  if (!/[\p{L}\p{N}]/u.test(wanted)) return wanted === "" ? endSearch() : undefined;
  if (wanted === lookedFor.value) return;
  if (replacing && lookedFor.value !== null) history.replaceState(null, "", addressFor(wanted));
  else history.pushState(null, "", addressFor(wanted));
  turnTo(wanted);
}

function turnTo(text: string | null): void {
  if (lookedFor.value === null) feedAt = window.scrollY;
  asking.abort();
  asking = new AbortController();
  lookedFor.value = text;
  phase.value = "waiting";
  outOfDate.value = text !== null && pages.value.length > 0;
  if (text === null) pages.value = [];
  const to = text === null ? feedAt : 0;
  // Once the wall that is turned to has its height.
  requestAnimationFrame(() => requestAnimationFrame(() => window.scrollTo({ top: to })));
  void more();
}

const reasons: Record<SearchWay, string> = { words: "it is called so", spelling: "its name is spelled much like it", vectors: "it looks like it" };

function reason(by: readonly SearchWay[]): string {
  return `You looked for this, and ${by.map((way) => reasons[way]).join(" and ")}`;
}

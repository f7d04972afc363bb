import { computed, signal } from "@preact/signals";
import type { FeedItem, FeedPage } from "#shared/contract/feed.ts";
import type { Mood } from "#shared/contract/image.ts";
import { ApiFailure, call, isOffline } from "../api/client.ts";
import { outbox, unreachable } from "../api/outbox.ts";
import { remember } from "./known-images.ts";

/** One slot on the wall. */
export interface Tile {
  key: string;
  pageId: string;
  item: FeedItem;
}

export type FeedPhase = "waiting" | "loading" | "failed" | "ended";

export const mood = signal<Mood | null>(null);
export const phase = signal<FeedPhase>("waiting");
/** True while pages are composed without the node. */
export const resting = signal(false);
const pages = signal<readonly FeedPage[]>([]);
export const tiles = computed<readonly Tile[]>(() =>
  pages.value.flatMap((page) => page.items.map((item) => ({ key: `${page.page_id}:${item.slot}`, pageId: page.page_id, item }))),
);

/** The one page fetched before it is needed; never more, so that a like has little to overtake. */
let ahead: FeedPage | null = null;
/** Rises whenever what was asked for is out of date; an answer to an earlier asking is thrown away. */
let asking = 0;
let abort = new AbortController();
const seenPages = new Set<string>();
/** Pages that were overtaken before anyone saw them. */
const overtaken = new Set<string>();
/** How many overtaken pages are stepped over, should the server hand them out again. */
const mostSteps = 4;

/** The wall has room: hang the next page, from what is at hand or from the server. */
export async function more(): Promise<void> {
  if (phase.value === "loading" || phase.value === "ended") return;
  if (ahead !== null) {
    append(ahead);
    ahead = null;
  } else {
    phase.value = "loading";
    const page = await ask();
    if (page === null) return;
    append(page);
  }
  if (phase.value === "waiting") void prefetch();
}

/** Called for every page of which something has been in view. */
export function markSeen(pageId: string): void {
  seenPages.add(pageId);
}

/**
 * The viewer's taste or dial moved: whatever was fetched and not yet seen is out of date. It is dropped, the act is
 * handed to the server, and the next page is asked for afresh, so that the very next thing to come into view shows it.
 */
export async function tasteChanged(): Promise<void> {
  const unseen = pages.value.slice(pages.value.findLastIndex((page) => seenPages.has(page.page_id)) + 1);
  for (const page of ahead === null ? unseen : [...unseen, ahead]) overtaken.add(page.page_id);
  const mine = renew();
  if (unseen.length > 0) pages.value = pages.value.slice(0, -unseen.length);
  phase.value = "loading";
  await outbox.flush();
  if (mine !== asking) return;
  phase.value = pages.value.at(-1)?.cursor === null ? "ended" : "waiting";
  void prefetch();
}

/** A new stream from the top. */
export function startAgain(): void {
  renew();
  pages.value = [];
  seenPages.clear();
  overtaken.clear();
  phase.value = "waiting";
  window.scrollTo({ top: 0 });
}

export function chooseMood(next: Mood | null): void {
  mood.value = next;
  startAgain();
}

export function tryAgain(): void {
  if (phase.value === "failed") phase.value = "waiting";
}

async function prefetch(): Promise<void> {
  if (ahead !== null || phase.value !== "waiting" || pages.value.length === 0) return;
  const mine = asking;
  const page = await fetchPage().catch(() => null); // a failure shows itself when the page is needed
  if (mine === asking && phase.value === "waiting") ahead = page;
}

async function ask(): Promise<FeedPage | null> {
  const mine = asking;
  try {
    const page = await fetchPage();
    return mine === asking ? page : null;
  } catch (error) {
    if (mine === asking) {
      phase.value = "failed";
      if (isOffline(error)) unreachable.value = true;
    }
    return null;
  }
}

/** The page after the last one on the wall. A server may answer a cursor it has answered before with that same page; an overtaken one is stepped over. */
async function fetchPage(): Promise<FeedPage> {
  const { signal: stop } = abort;
  let page = await pageAt(pages.value.at(-1)?.cursor ?? null, stop);
  for (let step = 0; step < mostSteps && overtaken.has(page.page_id) && page.cursor !== null; step++) page = await pageAt(page.cursor, stop);
  return page;
}

async function pageAt(cursor: string | null, stop: AbortSignal): Promise<FeedPage> {
  const fromTop = mood.value === null ? "/v1/feed" : `/v1/feed?mood=${mood.value}`;
  if (cursor === null) return call<FeedPage>("GET", fromTop, { signal: stop });
  try {
    return await call<FeedPage>("GET", `/v1/feed?cursor=${encodeURIComponent(cursor)}`, { signal: stop });
  } catch (error) {
    if (!(error instanceof ApiFailure) || (error.code !== "feed.cursor_expired" && error.code !== "feed.cursor_invalid")) throw error;
    return call<FeedPage>("GET", fromTop, { signal: stop });
  }
}

function append(page: FeedPage): void {
  for (const { image } of page.items) remember(image);
  unreachable.value = false;
  resting.value = page.served_by === "fallback";
  pages.value = [...pages.value, page];
  phase.value = page.cursor === null ? "ended" : "waiting";
}

function renew(): number {
  abort.abort();
  abort = new AbortController();
  ahead = null;
  asking += 1;
  return asking;
}

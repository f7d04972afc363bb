import { computed, signal } from "@preact/signals";
import type { FeedItem, FeedPage } from "#shared/contract/feed.ts";
import type { Mood } from "#shared/contract/image.ts";
import { ApiFailure, call, isOffline } from "../api/client.ts";
import { logOffset, outbox, unreachable } from "../api/outbox.ts";
import { company, endCompany } from "./company-store.ts";
import { remember } from "./known-images.ts";

/** One slot on the wall. */
export interface Tile {
  key: string;
  /** Null for what a search found. */
  pageId: string | null;
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

/** The one page asked for before it is needed; never more, so that a like has little to overtake. */
let next: Promise<FeedPage> | null = null;
/** Ends with every change that makes what was asked for out of date; a late answer is then thrown away. */
let asking = new AbortController();
const seenPages = new Set<string>();
/** The place in the log of the viewer's last act that changes what should come. */
let turnedAt = 0;
/** Where to go on after the last page on the wall, once pages behind it were found out of date. */
let stepped: { after: string; cursor: string } | null = null;
/** How many out-of-date pages are stepped over, should the server hand them out again. */
const mostSteps = 4;

/** The wall has room: hang the next page, which may be at hand already, and ask for the one after. */
export async function more(): Promise<void> {
  if (phase.value !== "waiting") return;
  phase.value = "loading";
  const mine = asking;
  try {
    const page = await askAhead();
    if (mine.signal.aborted) return;
    next = null;
    append(page);
    if (page.cursor !== null) askAhead().catch(() => undefined); // a failure shows when the page is needed
  } catch (error) {
    if (mine.signal.aborted) return;
    phase.value = "failed";
    if (isOffline(error)) unreachable.value = true;
  }
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
  const mine = renew();
  const lastSeen = pages.value.findLastIndex((page) => seenPages.has(page.page_id));
  if (lastSeen < pages.value.length - 1) pages.value = pages.value.slice(0, lastSeen + 1);
  phase.value = "loading";
  await outbox.flush();
  if (mine.signal.aborted) return;
  turnedAt = logOffset.value;
  phase.value = pages.value.at(-1)?.cursor === null ? "ended" : "waiting";
  if (phase.value === "waiting") askAhead().catch(() => undefined);
}

/** A new stream from the top. */
export function startAgain(): void {
  renew();
  pages.value = [];
  seenPages.clear();
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

/** Asks for the next page unless that is under way; one that failed may be asked for again. */
function askAhead(): Promise<FeedPage> {
  if (next !== null) return next;
  const asked = fetchPage(asking.signal);
  next = asked;
  asked.catch(() => {
    if (next === asked) next = null;
  });
  return asked;
}

/**
 * The page after the last one on the wall. The server answers a cursor it has answered before with that same page; one
 * kept from before the viewer's last act is stepped over, for good.
 */
async function fetchPage(stop: AbortSignal): Promise<FeedPage> {
  const last = pages.value.at(-1);
  let page = await pageAt(last === undefined || stepped?.after !== last.page_id ? (last?.cursor ?? null) : stepped.cursor, stop);
  for (let step = 0; step < mostSteps && page.served_by === "cache" && page.taste_offset < turnedAt && page.cursor !== null; step++) {
    if (last !== undefined) stepped = { after: last.page_id, cursor: page.cursor };
    page = await pageAt(page.cursor, stop);
  }
  return page;
}

async function pageAt(cursor: string | null, stop: AbortSignal): Promise<FeedPage> {
  if (cursor === null) return newStream(stop);
  try {
    return await call<FeedPage>("GET", `/v1/feed?cursor=${encodeURIComponent(cursor)}`, { signal: stop });
  } catch (error) {
    if (error instanceof ApiFailure && (error.code === "feed.cursor_expired" || error.code === "feed.cursor_invalid" || endCompany(error.code))) return newStream(stop);
    throw error;
  }
}

/** A new stream is composed from now on; nothing in it can be from before an earlier act. */
async function newStream(stop: AbortSignal): Promise<FeedPage> {
  turnedAt = 0;
  const query = new URLSearchParams({ ...(mood.value === null ? {} : { mood: mood.value }), ...(company.value === null ? {} : { with: company.value }) });
  try {
    return await call<FeedPage>("GET", query.size === 0 ? "/v1/feed" : `/v1/feed?${query.toString()}`, { signal: stop });
  } catch (error) {
    if (error instanceof ApiFailure && endCompany(error.code)) return newStream(stop);
    throw error;
  }
}

function append(page: FeedPage): void {
  for (const { image } of page.items) remember(image);
  unreachable.value = false;
  resting.value = page.served_by === "fallback";
  pages.value = [...pages.value, page];
  phase.value = page.cursor === null ? "ended" : "waiting";
}

function renew(): AbortController {
  asking.abort();
  asking = new AbortController();
  next = null;
  return asking;
}

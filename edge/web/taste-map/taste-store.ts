import { signal } from "@preact/signals";
import type { z } from "zod";
import type { PuddleView, SettingsChange, SuppressedView, TasteView } from "#shared/contract/taste.ts";
import { call } from "../api/client.ts";
import { logOffset, outbox, reached } from "../api/outbox.ts";
import { tasteChanged } from "../feed/feed-store.ts";
import { remember } from "../feed/known-images.ts";
import { say } from "../ui/toast-store.ts";

export type Puddle = z.infer<typeof PuddleView>;
export type Suppressed = z.infer<typeof SuppressedView>;

export const taste = signal<TasteView | null>(null);
export const tasteFailed = signal(false);
/** When to look again after an act; the node usually has it by the first. */
const looksMs = [120, 400, 1_000, 2_500];
let watching = 0;

export async function loadTaste(): Promise<void> {
  try {
    const view = await call<TasteView>("GET", "/v1/me/taste");
    for (const { image } of view.map.images) remember(image);
    for (const { medoid } of view.puddles) if (medoid !== null) remember(medoid);
    taste.value = view;
    tasteFailed.value = false;
  } catch {
    tasteFailed.value = true;
  }
}

/** Taste is about to change: look until the view has the viewer's latest act in it, or it is clear that it must wait. */
export async function tasteMoved(): Promise<void> {
  const mine = ++watching;
  await outbox.flush();
  for (const ms of looksMs) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (mine !== watching) return;
    await loadTaste();
    if (taste.value !== null && taste.value.offset >= logOffset.value) return;
  }
}

/** Changes settings; the next page follows them. */
export async function saveSettings(change: SettingsChange): Promise<void> {
  const changed = await call<{ offset: number }>("PUT", "/v1/me/settings", { body: change });
  reached(changed.offset);
  void tasteChanged();
}

export function forgetPuddle(puddle: Puddle): Promise<void> {
  return control(`/v1/me/taste/puddles/${encodeURIComponent(puddle.id)}`, `Forgot “${puddle.label}”`);
}

export function forgetSuppressed(region: Suppressed): Promise<void> {
  return control(`/v1/me/taste/suppressed/${encodeURIComponent(region.id)}`, "No longer held back");
}

async function control(path: string, done: string): Promise<void> {
  try {
    const changed = await call<{ offset: number }>("DELETE", path);
    reached(changed.offset);
    say(done);
    void tasteChanged();
    await tasteMoved();
  } catch {
    say("That could not be forgotten just now; please try again");
  }
}

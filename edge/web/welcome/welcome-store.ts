import { computed, effect, signal } from "@preact/signals";
import type { z } from "zod";
import type { Image } from "#shared/contract/image.ts";
import type { RegionList } from "#shared/contract/region.ts";
import { call } from "../api/client.ts";
import { localStore } from "../api/local-store.ts";
import { beginWith } from "../feed/acts.ts";
import { company } from "../feed/company-store.ts";
import { remember } from "../feed/known-images.ts";
import { taste } from "../taste-map/taste-store.ts";
import { say } from "../ui/toast-store.ts";
import { spreadOut } from "./spread-out.ts";

const key = "miraveja.welcomed";
export const wanted = 3;
const offered = 12;

const over = signal(localStore?.getItem(key) === "yes");
const choices = signal<readonly Image[]>([]);
export const picked = signal<ReadonlySet<string>>(new Set());

/** What a newcomer may pick from, until they have or do not want to; it stays while they like other things, so that nothing moves under their hand. */
export const offer = computed<readonly Image[]>(() => (over.value || company.value !== null ? [] : choices.value));

/** Regions are asked for when a newcomer is seen to be one, and once. */
let asked = false;
effect(() => {
  if (asked || over.value || taste.value?.signals !== 0) return;
  asked = true;
  void load();
});

async function load(): Promise<void> {
  try {
    const { regions } = await call<z.infer<typeof RegionList>>("GET", "/v1/regions");
    const images = spreadOut(regions.filter((region) => region.top_images.length > 0), offered).map((region) => region.top_images[0]!);
    for (const image of images) remember(image);
    // Who scrolls already has begun, and would see the wall jump.
    if (images.length > wanted && window.scrollY < 40) choices.value = images;
  } catch {
    // An extra: without it the first page teaches just as well.
  }
}

export function pick(image: Image): void {
  const next = new Set(picked.value);
  if (!next.delete(image.id)) next.add(image.id);
  picked.value = next;
  if (next.size < wanted) return;
  const images = choices.value.filter(({ id }) => next.has(id));
  end();
  say("Your wall begins with these three");
  void beginWith(images);
}

export function skip(): void {
  end();
}

function end(): void {
  over.value = true;
  picked.value = new Set();
  try {
    localStore?.setItem(key, "yes");
  } catch {
    // Full: it is offered again on the next visit.
  }
}

/** For a viewer who erased themselves: they are new here again. */
export function welcomeAnew(): void {
  over.value = false;
  asked = false;
  choices.value = [];
  localStore?.removeItem(key);
}

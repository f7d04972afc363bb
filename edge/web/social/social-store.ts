import { signal } from "@preact/signals";
import type { z } from "zod";
import type { RegionDetail, RegionList, RegionView } from "#shared/contract/region.ts";
import type { Communities, Invitation, Neighbours } from "#shared/contract/social.ts";
import { call } from "../api/client.ts";
import { remember } from "../feed/known-images.ts";
import { loadTaste, saveSettings } from "../taste-map/taste-store.ts";
import { say } from "../ui/toast-store.ts";

export const neighbours = signal<Neighbours | null>(null);
export const communities = signal<Communities | null>(null);
export const regions = signal<readonly RegionView[]>([]);

/** What lies beside the viewer's own taste; each part is an extra, and one that does not come leaves the others. */
export async function loadOthers(): Promise<void> {
  await Promise.allSettled([
    call<Neighbours>("GET", "/v1/me/neighbours").then((found) => {
      for (const { image } of found.links) remember(image);
      neighbours.value = found;
    }),
    call<Communities>("GET", "/v1/communities").then((found) => (communities.value = found)),
    call<z.infer<typeof RegionList>>("GET", "/v1/regions").then((found) => (regions.value = found.regions)),
  ]);
}

export async function describe(regionId: string): Promise<RegionDetail> {
  const detail = await call<RegionDetail>("GET", `/v1/regions/${encodeURIComponent(regionId)}`);
  for (const image of [...detail.region.top_images, ...detail.images]) remember(image);
  return detail;
}

export async function shareTaste(shared: boolean): Promise<void> {
  try {
    await saveSettings({ shared_taste: shared });
    say(shared ? "Your taste counts among others’ from now on" : "You keep your taste to yourself now");
    await Promise.all([loadOthers(), loadTaste()]);
  } catch {
    say("That could not be changed just now", { label: "Try again", run: () => void shareTaste(shared) });
  }
}

/** Makes an invitation and puts its link on the clipboard; the link, for where copying is not allowed. */
export async function invite(): Promise<string | null> {
  try {
    const { code } = await call<Invitation>("POST", "/v1/me/invitations");
    const link = `${location.origin}/?with=${code}`;
    await navigator.clipboard.writeText(link).then(
      () => say("Link copied; it holds for seven days"),
      () => say("Here is the link; it holds for seven days"),
    );
    return link;
  } catch {
    say("The invitation could not be made just now");
    return null;
  }
}

export async function takeInvitationsBack(): Promise<void> {
  try {
    await call("DELETE", "/v1/me/invitations");
    say("Your invitations open nothing any more");
  } catch {
    say("That could not be done just now; please try again");
  }
}

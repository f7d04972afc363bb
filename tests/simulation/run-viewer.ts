import { hourMs } from "#shared/kernel/clock.ts";
import type { Policy } from "./policies/policy.ts";
import { react, viewerModel } from "./viewer-model.ts";
import type { SimViewer } from "./viewer-model.ts";
import { startMs } from "./world/catalogue.ts";
import { slotTime } from "./world/warm-log.ts";
import type { LoggedSlot } from "./world/warm-log.ts";
import type { World } from "./world/world.ts";

/** When the viewers under test come first: in the morning. */
export const testBegin = startMs + 8 * hourMs;

/** A viewer through all their sessions under one policy; the policy hears of a page's reactions before the next. */
export async function runViewer({ catalogue: { images } }: World, policy: Policy, viewer: SimViewer, pages: number = viewerModel.pages): Promise<LoggedSlot[]> {
  const feed = policy.feedFor({ id: viewer.id, seed: viewer.seed });
  const history: LoggedSlot[] = [];
  const seen = new Set<number>();
  for (let page = 0; page < pages; page++) {
    const now = slotTime(testBegin, page, 0);
    const filled = await feed.page({ history, seen, now, slots: viewerModel.slotsPerPage });
    for (const [position, image] of filled.entries()) {
      history.push({ image, page, position, at: slotTime(testBegin, page, position), reaction: react(viewer, images[image]!, page, position) });
      seen.add(image);
    }
  }
  return history;
}

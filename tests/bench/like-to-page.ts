import type { ApiViewer } from "#tests/harness/viewer.ts";
import { quantile, timeEach } from "./figures.ts";
import type { Row } from "./report.ts";

const goalP99Ms = 100;
const warmUp = 3;

/** From sending a like to holding the next page, which must have been composed after the like. */
export async function measureLikeToPage(viewers: readonly ApiViewer[], images: number, times: number): Promise<Row> {
  const held = await Promise.all(viewers.map(async (viewer) => {
    viewer.startOver();
    return { viewer, page: await viewer.nextPage() };
  }));
  let fallbacks = 0;
  const work = async (index: number): Promise<void> => {
    const one = held[index % held.length]!;
    const likedAt = Date.now();
    const receipt = await one.viewer.act({ kind: "like", imageId: one.page.items[index % one.page.items.length]!.image.id });
    one.page = await one.viewer.nextPage();
    const { served_by, taste_offset, composed_at } = one.page;
    // Anything but a composed page is one the node was too late for: made without it, or kept from before the like.
    if (served_by !== "composed") fallbacks++;
    else if (taste_offset < receipt.offset || Date.parse(composed_at) < likedAt) {
      throw new Error(`the page after a like was composed with a taste up to ${taste_offset}, the like is at ${receipt.offset}`);
    }
  };
  await timeEach(warmUp, work);
  fallbacks = 0;
  const latencies = await timeEach(times, work);
  const p99 = quantile(latencies, 0.99);
  return {
    what: `like → changed page, ${images.toLocaleString("en")} images`,
    figures: { p50_ms: quantile(latencies, 0.5), p99_ms: p99, fallbacks },
    goal: { says: `p99 under ${goalP99Ms} ms`, met: p99 < goalP99Ms && fallbacks === 0 },
    note: `POST and GET together, ${times} times; every composed page's taste reached its like`,
  };
}

import { FeedPage } from "#shared/contract/feed.ts";

/** The body of a page without these images: neither shown nor named as the reason of another. All else stays, the cursor too. */
export function withoutImages(body: string, imageIds: ReadonlySet<string>): string {
  const page = FeedPage.parse(JSON.parse(body));
  const items = page.items
    .filter(({ image }) => !imageIds.has(image.id))
    .map((item) => {
      const { anchor_image_id: anchor, ...why } = item.why;
      return anchor !== undefined && imageIds.has(anchor) ? { ...item, why } : item;
    });
  return JSON.stringify({ ...page, items } satisfies FeedPage);
}

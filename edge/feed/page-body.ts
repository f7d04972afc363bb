import type { FeedItem, FeedPage } from "#shared/contract/feed.ts";
import type { Image } from "#shared/contract/image.ts";
import type { ComposeAnswer, ComposedPage } from "#shared/contract/node.ts";
import { mostUnsafe } from "#shared/contract/safety.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { FeedPlace, FeedPlaces } from "./feed-place.ts";

export interface PageBody {
  position: number;
  page: FeedPage;
}

/**
 * Composed pages made whole for a client: images loaded in one query, cursors sealed. A short page with fewer images
 * than asked for ends the stream; images removed since composing, or found to be above the level, are left out without ending it, and named as no reason.
 */
export async function buildPages(
  { images, places }: { images: Pick<ImageStore, "byIds">; places: FeedPlaces },
  viewerId: string,
  place: FeedPlace & { openedAt: number },
  answer: Pick<ComposeAnswer, "composed_at" | "taste_offset" | "safety" | "pages">,
  servedBy: FeedPage["served_by"],
): Promise<PageBody[]> {
  const ids = new Set(answer.pages.flatMap((page) => page.slots.flatMap(({ image_id, why }) => [image_id, ...(why.anchor_image_id === undefined ? [] : [why.anchor_image_id])])));
  const shown = new Map((await images.byIds([...ids], mostUnsafe[answer.safety])).map((image) => [image.id, image]));
  return answer.pages.map((page) => {
    const ends = page.slots.length < place.limit;
    const cursor = ends ? null : places.cursor(viewerId, { ...place, position: page.position + 1 });
    return {
      position: page.position,
      page: {
        page_id: page.page_id,
        position: page.position,
        served_by: servedBy,
        composed_at: answer.composed_at,
        taste_offset: answer.taste_offset,
        items: itemsOf(page, shown),
        cursor,
      },
    };
  });
}

function itemsOf(page: ComposedPage, shown: ReadonlyMap<string, Image>): FeedItem[] {
  return page.slots.flatMap((slot, index) => {
    const image = shown.get(slot.image_id);
    if (image === undefined) return [];
    const { anchor_image_id: anchor, ...told } = slot.why;
    const why = { ...told, ...(anchor !== undefined && shown.has(anchor) && { anchor_image_id: anchor }), terms: slot.terms };
    return [{ slot: index, image, source: slot.source, propensity: slot.propensity, why }];
  });
}

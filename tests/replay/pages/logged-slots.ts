import { z } from "zod";
import { sql, type Database } from "#shared/stores/database.ts";

/** One slot that a viewer was given, and what became of it. */
export interface LoggedSlot {
  viewer: string;
  source: string;
  composed_by: "node" | "edge";
  /** Of the final policy, for the image in this slot given the slots before it. */
  propensity: number;
  /** The parts of its score, weighted. */
  terms: Readonly<Record<string, number>>;
  welcomed: boolean;
  refused: boolean;
}

const pagesAtOnce = 200;

const Slots = z.array(z.object({ image_id: z.string(), source: z.string(), propensity: z.number(), terms: z.record(z.string(), z.number()) }));
const PageRow = z.object({
  id: z.string(), viewer_id: z.string(), composed_by: z.enum(["node", "edge"]), slots: Slots,
  welcomed: z.array(z.string()), refused: z.array(z.string()),
});

/**
 * Every served page's slots, page by page, in the order of page ids. A slot was welcomed (or refused) when its viewer said so of its
 * image after the page was composed, on that page or without naming one, and did not take it back.
 */
export async function* loggedSlots(database: Database): AsyncGenerator<LoggedSlot[]> {
  for (let after: string | null = null; ; ) {
    const rows = PageRow.array().parse(await database.query(servedPages(after)));
    for (const { viewer_id, composed_by, slots, welcomed, refused } of rows)
      yield slots.map(({ image_id, source, propensity, terms }) => ({
        viewer: viewer_id, composed_by, source, propensity, terms, welcomed: welcomed.includes(image_id), refused: refused.includes(image_id),
      }));
    if (rows.length < pagesAtOnce) return;
    after = rows.at(-1)!.id;
  }
}

export async function countServedPages(database: Database): Promise<number> {
  const [row] = await database.query(sql(`select count(*)::int as pages from feed_pages where served_at is not null`));
  return z.number().parse(row?.["pages"]);
}

/** A page counts as served once the stream went past it. */
function servedPages(after: string | null) {
  return sql(
    `select page.id, stream.viewer_id, page.composed_by, page.slots,
            array(select distinct said.image_id::text from interactions as said
                  where said.viewer_id = stream.viewer_id and said.image_id = any(page.image_ids) and said.kind = any($3::text[])
                    and (said.page_id = page.id or (said.page_id is null and said.received_at >= page.composed_at))
                    and not exists (select 1 from interactions as undo where undo.viewer_id = said.viewer_id and undo.kind = 'undo'
                                      and undo.target = said.event_id::text)) as welcomed,
            array(select distinct said.image_id::text from interactions as said
                  where said.viewer_id = stream.viewer_id and said.image_id = any(page.image_ids) and said.kind = any($4::text[])
                    and (said.page_id = page.id or (said.page_id is null and said.received_at >= page.composed_at))
                    and not exists (select 1 from interactions as undo where undo.viewer_id = said.viewer_id and undo.kind = 'undo'
                                      and undo.target = said.event_id::text)) as refused
     from feed_pages as page join feed_streams as stream on stream.id = page.stream_id
     where page.served_at is not null and ($1::uuid is null or page.id > $1)
     order by page.id limit $2`,
    after, pagesAtOnce, ["open", "like", "love", "save", "share"], ["hide", "less", "hate"],
  );
}

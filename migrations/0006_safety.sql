-- What may be shown: removals that reach every cache, how safe an image is, those that wait for an operator, near-duplicates and colours.

alter table images
  add column removed_reason  text,             -- why it is not shown, where removed_at is set
  add column stood_since     timestamptz;      -- when it was last removed or restored; null for what never was
create index images_stood_since on images (stood_since) where stood_since is not null;

-- Every image a page's body names, shown or given as a reason, so that the pages that hold a removed one are found at once. The index
-- is written with the row: a pending list would be emptied now and then, while a viewer waits for their page.
alter table feed_pages add column names uuid[] not null default '{}';
update feed_pages set names = image_ids || array(
  select (slot -> 'why' ->> 'anchor_image_id')::uuid from jsonb_array_elements(slots) as slot where slot -> 'why' ->> 'anchor_image_id' is not null);
create index feed_pages_names on feed_pages using gin (names) with (fastupdate = off);

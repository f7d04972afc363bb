-- How safe an image is to show, and what else the node sees of it beside its vector: colours, orientation, what it is a copy of.

-- Images stored before have none of it until they are looked at again; until then they count as edge and node say (shared/contract/safety.ts).
alter table images
  add column unsafe        double precision,   -- 0 to 1: how unsafe it is to show to everyone
  add column safety        jsonb,              -- the classifier's shares, by class
  add column palette       jsonb,              -- [{"colour": "#rrggbb", "share"}], up to five, the largest first
  add column orientation   text not null generated always as (
    case when width > 1.05 * height then 'landscape' when height > 1.05 * width then 'portrait' else 'square' end) stored,
  add column duplicate_of  uuid;               -- the image this one is a copy of; it was stored first and is no copy itself
create index images_unscored on images (seq) where unsafe is null and removed_at is null;
create index images_duplicates on images (duplicate_of) where duplicate_of is not null;

-- Images an operator has to look at. While one waits it counts as removed, so that nothing that shows images has to know of it.
create table image_reviews (
  image_id    uuid primary key references images on delete cascade,
  seq         bigint generated always as identity unique,
  queued_at   timestamptz not null default now(),
  decided_at  timestamptz,
  decision    text check (decision in ('approve', 'remove'))
);
create index image_reviews_waiting on image_reviews (seq) where decided_at is null;

-- The stores of the feed: images and their vectors, viewers and their log, taste, streams of pages, regions.
-- Everything that belongs to a viewer hangs off viewers(id) and goes with it.

create extension if not exists vector;

create table images (
  id          uuid primary key,              -- first 16 bytes of the original's SHA-256
  seq         bigint generated always as identity unique,
  width       integer not null,
  height      integer not null,
  caption     text not null default '',
  style       text not null default '',
  tags        text[] not null default '{}',
  mood        text,
  creator     text not null default '',
  thumbhash   text not null,
  phash       text not null,                 -- 64-bit perceptual hash, 16 hex digits
  colour      text not null,
  quality     real not null,                 -- 0 to 1
  media_type  text not null,                 -- of the original in the bucket
  created_at  timestamptz not null default now(),
  removed_at  timestamptz
);
create index images_newest on images (created_at desc, id) where removed_at is null;

create table spaces (
  space          text primary key,           -- embedding model and version
  dim            integer not null,
  distance_mean  double precision not null,  -- cosine distance between random image pairs
  distance_sd    double precision not null,
  projection     bytea,                      -- float32 [2, dim + 1]: two axes and an offset each, for the 2-D map
  created_at     timestamptz not null default now()
);

create table image_vectors (
  space      text not null,
  image_id   uuid not null,
  embedding  vector not null,
  primary key (space, image_id)
);
alter table image_vectors alter column embedding set storage plain;

create table viewers (
  id           uuid primary key,
  settings     jsonb not null default '{}',
  event_count  bigint not null default 0,    -- the viewer_seq given out last
  created_at   timestamptz not null default now()
);

create table erased_viewers (
  id_digest  text primary key,               -- SHA-256 of the id: enough to keep it out, not to say who it was
  erased_at  timestamptz not null default now()
);

-- The interaction log: the truth from which taste is folded. viewer_seq grows with each accepted event of a viewer.
create table interactions (
  viewer_id    uuid not null references viewers on delete cascade,
  event_id     uuid not null,                -- made by the client
  viewer_seq   bigint not null,
  kind         text not null,
  image_id     uuid,
  value        double precision,
  target       text,                         -- what a control entry acts on
  page_id      uuid,
  slot         integer,
  occurred_at  timestamptz not null,
  received_at  timestamptz not null default now(),
  primary key (viewer_id, event_id),
  unique (viewer_id, viewer_seq)
);
create index interactions_recent_likes on interactions (received_at, image_id)
  where kind in ('open', 'like', 'love', 'save', 'share');

create table tastes (
  viewer_id     uuid not null references viewers on delete cascade,
  space         text not null,
  event_offset  bigint not null,             -- the last viewer_seq folded in
  state         jsonb not null,
  vectors       bytea not null,              -- float32 rows, in the order state names them
  updated_at    timestamptz not null default now(),
  primary key (viewer_id, space)
);

create table feed_streams (
  id          uuid primary key,
  viewer_id   uuid not null references viewers on delete cascade,
  generation  bigint not null default 0,     -- grows with every change; a writer that read an older one gives way
  created_at  timestamptz not null default now()
);
create index feed_streams_of_viewer on feed_streams (viewer_id);

create table feed_pages (
  id            uuid primary key,
  stream_id     uuid not null references feed_streams on delete cascade,
  position      integer not null,
  taste_offset  bigint not null,
  adventure     real not null,
  composed_by   text not null check (composed_by in ('node', 'edge')),
  image_ids     uuid[] not null,
  slots         jsonb not null,              -- per slot: image, source, propensity under the final policy, score terms
  composed_at   timestamptz not null default now(),
  served_at     timestamptz,
  unique (stream_id, position)
);

create table regions (
  id              text not null,
  space           text not null,
  label           text not null,
  size            integer not null,
  centroid        bytea not null,            -- float32 [dim], unit length
  x               real not null,
  y               real not null,
  top_image_ids   uuid[] not null,
  updated_at      timestamptz not null default now(),
  primary key (space, id)
);

create table image_regions (
  space      text not null,
  image_id   uuid not null,
  region_id  text not null,
  primary key (space, image_id)
);
create index image_regions_of_region on image_regions (space, region_id);

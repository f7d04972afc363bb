-- What viewers tell about each other. All of it is worked out by jobs from the log, the pages and the tastes, and may be
-- dropped and worked out again. Rows of one viewer go with the viewer; what is drawn from several is redrawn without them.

-- Images liked by the same people: the strongest first, weights scaled so that 1 is what a liked image gets on average.
create table image_links (
  image_id    uuid primary key,
  linked_ids  uuid[] not null,
  weights     real[] not null
);

-- Slots in which an image was served of late, and how many of those viewers welcomed it.
create table image_exposures (
  image_id  uuid primary key,
  offered   integer not null,
  welcomed  integer not null
);

-- Decayed counts of moves from region to region; backed by two viewers or more. community_id '' is everyone.
create table region_transitions (
  space         text not null,
  community_id  text not null default '',
  from_region   text not null,
  to_region     text not null,
  weight        double precision not null,
  viewers       integer not null default 0,     -- how many it is counted from; told to others from five on
  primary key (space, community_id, from_region, to_region)
);

-- Viewers who share puddles. `shared`: [{"region_id", "weight"}], what they share, the largest part first.
create table viewer_links (
  space         text not null,
  viewer_id     uuid not null references viewers on delete cascade,
  neighbour_id  uuid not null references viewers on delete cascade,
  weight        double precision not null,      -- 0 to 1
  shared        jsonb not null,
  primary key (viewer_id, space, neighbour_id)
);
create index viewer_links_to on viewer_links (neighbour_id);

-- Groups of five viewers or more; smaller ones are not stored.
create table communities (
  space          text not null,
  id             text not null,
  label          text not null,
  size           integer not null,
  region_ids     text[] not null,               -- where its members' puddles lie most
  top_image_ids  uuid[] not null,
  updated_at     timestamptz not null default now(),
  primary key (space, id)
);

create table community_members (
  space         text not null,
  viewer_id     uuid not null references viewers on delete cascade,
  community_id  text not null,
  primary key (viewer_id, space)
);
create index community_members_of on community_members (space, community_id);

-- Images that members of two communities like alike.
create table bridge_images (
  space          text not null,
  image_id       uuid not null,
  community_ids  text[] not null,
  score          double precision not null,
  primary key (space, image_id)
);

alter table regions
  add column activity  double precision not null default 1,   -- likes now against likes before; 1 is steady
  add column drying    boolean not null default false,
  add column offered   integer not null default 0,            -- explored slots in it, by all viewers
  add column welcomed  integer not null default 0;

-- One row a job: what it is doing, what it did last, and who holds it. A holder that stops renewing loses it.
create table job_runs (
  job          text primary key,
  status       text not null check (status in ('running', 'done', 'failed', 'stopped')),
  started_at   timestamptz not null,
  finished_at  timestamptz,
  progress     real not null default 0,         -- 0 to 1
  cursor       jsonb,                           -- where a run that was stopped goes on
  watermark    text,                            -- what the last finished run had seen; the same again: nothing to do
  report       jsonb,                           -- counts of the last finished run
  error        text,
  runs         bigint not null default 0,
  holder       text,
  held_until   timestamptz
);

-- A viewer lets others compose a feed for both by a code of which only the digest is kept.
create table invitations (
  code_digest  text primary key,
  viewer_id    uuid not null references viewers on delete cascade,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null
);
create index invitations_of_viewer on invitations (viewer_id);

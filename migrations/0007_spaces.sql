-- Changing the encoder: one space serves, another may be filling beside it, the rest were served once and can be filled up again.
alter table spaces
  add column state          text not null default 'retired' check (state in ('filling', 'serving', 'retired')),
  add column filling_mark   bigint,                  -- when its filling was begun, in milliseconds: names what was done for it
  add column serving_since  timestamptz;
alter table spaces alter column state drop default;
update spaces set state = 'serving', serving_since = created_at where space = (select space from spaces order by created_at desc limit 1);
create unique index spaces_one_serving on spaces (state) where state = 'serving';

-- Images that an encoder could not be shown, and why; they have no vector in that space.
create table unseen_images (
  space     text not null,
  image_id  uuid not null,
  why       text not null,
  primary key (space, image_id)
);

-- Whether a viewer's taste was moved for a filling: `value` of the entry is its mark.
create index interactions_moves on interactions (viewer_id, value) where kind = 'move';

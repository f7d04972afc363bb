-- Searching for images in words. What is looked for is never stored; what can be found is.

create extension if not exists fuzzystrmatch;

-- array_to_string() is only stable, because it takes arrays of anything; of text it depends on nothing else.
create function words_of_tags(tags text[]) returns text language sql immutable parallel safe
  return array_to_string(tags, ' ');

-- What an image is called, weighed: its style and tags say what it is, its caption what it may mean. Names are not stemmed.
alter table images add column words tsvector not null generated always as (
  setweight(to_tsvector('english', style), 'A')
  || setweight(to_tsvector('english', words_of_tags(tags)), 'A')
  || setweight(to_tsvector('english', caption), 'B')
  || setweight(to_tsvector('simple', creator), 'C')) stored;
create index images_words on images using gin (words) where removed_at is null;

-- Every word that some image is called by, to find the one that was meant where a word is not among them.
create table search_words (
  word     text collate "C" primary key,
  length   integer not null generated always as (char_length(word)) stored,
  initial  text not null generated always as (left(word, 1)) stored
);
create index search_words_alike on search_words (initial, length);

create function words_calling(style text, tags text[], caption text, creator text) returns setof text language sql immutable parallel safe
  begin atomic
    select distinct part[1]
    from regexp_matches(lower(concat_ws(' ', style, words_of_tags(tags), caption, creator)), '[[:alnum:]]{3,40}', 'g') as part;
  end;

create function keep_search_words() returns trigger language plpgsql as $$
begin
  insert into search_words (word)
  select words_calling(new.style, new.tags, new.caption, new.creator) on conflict (word) do nothing;
  return null;
end $$;
create trigger images_keep_search_words after insert or update of style, tags, caption, creator on images
  for each row execute function keep_search_words();

insert into search_words (word) select distinct words_calling(style, tags, caption, creator) from images;

-- Where an act happened that was not on a page of the feed.
alter table interactions add column origin text;

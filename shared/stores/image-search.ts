import type { SearchFilters } from "#shared/contract/search.ts";
import { sql, type Database } from "./database.ts";
import { standsForItself, unsafeAsCounted } from "./image-store.ts";

export interface WordMatch {
  image_id: string;
  /** Larger is better; images that the words fit equally well have the same. */
  score: number;
  /** It has all that was asked for, as it was asked for. */
  whole: boolean;
  /** Found only because a word was taken for another spelled like it. */
  spelled: boolean;
}

/** Images by the words they are called by. Removed images are never found, nor what is more unsafe than `mostUnsafe`, nor copies beside their original. */
export interface ImageSearch {
  /**
   * `text` is what was asked for, with quotes and minus signs meant; an image that has all of it comes first. Then those that have any of
   * `words`: lower-case, the last one perhaps unfinished, one that no image is called by also as those spelled like it.
   */
  byWords(text: string, words: readonly string[], filters: SearchFilters, mostUnsafe: number, limit: number): Promise<WordMatch[]>;
  /** Those of the images that the filters and the level let through. */
  among(ids: readonly string[], filters: SearchFilters, mostUnsafe: number): Promise<Set<string>>;
}

/** Parameters `$first` to `$first + 5`, as `filterValues` gives them. */
const passes = (first: number): string =>
  `removed_at is null
   and ($${first}::text is null or lower(style) = lower($${first}))
   and ($${first + 1}::text is null or exists (select 1 from unnest(tags) as tag where lower(tag) = lower($${first + 1})))
   and ($${first + 2}::text is null or mood = $${first + 2})
   and ($${first + 3}::text is null or lower(creator) = lower($${first + 3}))
   and ($${first + 4}::text is null or orientation = $${first + 4})
   and ${unsafeAsCounted} <= $${first + 5} and ${standsForItself}`;

const filterValues = ({ style, tag, mood, creator, orientation }: SearchFilters, mostUnsafe: number) =>
  [style ?? null, tag ?? null, mood ?? null, creator ?? null, orientation ?? null, mostUnsafe];

/**
 * Words that some image is called by, for one that none is: those with its first letter, which is seldom the wrong one (Pollock and
 * Zamora 1984), at the least edit distance; one edit in a short word, two in a longer one.
 */
const meant = `
  array(
    select word from (
      select known.word, levenshtein(known.word, said.word) as edits, min(levenshtein(known.word, said.word)) over () as fewest
      from search_words as known
      where known.initial = left(said.word, 1) and char_length(said.word) >= 4
        and known.length between char_length(said.word) - 2 and char_length(said.word) + 2
        and levenshtein_less_equal(known.word, said.word, 2) <= case when char_length(said.word) < 6 then 1 else 2 end) as near
    where edits = fewest order by word limit 3)`;

export function imageSearch(database: Database): ImageSearch {
  return {
    async byWords(text, words, filters, mostUnsafe, limit) {
      const rows = await database.query(
        sql(
          `with said as (
             select word, place = max(place) over () and char_length(word) >= 3 as unfinished,
                    case when exists (select 1 from search_words where word = said.word) then '{}'::text[] else ${meant} end as meant
             from unnest($2::text[]) with ordinality as said (word, place)),
           part as (
             select reading::text, spelled from said, lateral (
               select plainto_tsquery('english', word), false
               union all select plainto_tsquery('simple', word), false where numnode(plainto_tsquery('english', word)) > 0
               union all select (quote_literal(word) || ':*')::tsquery, false where unfinished
               union all select plainto_tsquery('english', other), true from unnest(meant) as other) as way (reading, spelled)
             where numnode(reading) > 0),
           asked as (
             select websearch_to_tsquery('english', $1) || websearch_to_tsquery('simple', $1) as whole,
                    coalesce(string_agg(reading, ' | ') filter (where not spelled), '')::tsquery as said,
                    coalesce(string_agg(reading, ' | '), '')::tsquery as meant
             from part)
           select id, words @@ whole as whole, (case when words @@ whole then 10 else 0 end + round(ts_rank(words, whole || asked.meant)::numeric, 4))::float8 as score,
                  not words @@ (whole || asked.said) as spelled
           from asked, images
           where words @@ (whole || asked.meant) and ${passes(4)}
           order by score desc, quality desc, id limit $3`,
          text, words, limit, ...filterValues(filters, mostUnsafe),
        ),
      );
      return rows.map((row) => ({ image_id: row["id"] as string, score: row["score"] as number, whole: row["whole"] as boolean, spelled: row["spelled"] as boolean }));
    },

    async among(ids, filters, mostUnsafe) {
      if (ids.length === 0) return new Set();
      const rows = await database.query(sql(`select id from images where id = any($1::uuid[]) and ${passes(2)}`, ids, ...filterValues(filters, mostUnsafe)));
      return new Set(rows.map((row) => row["id"] as string));
    },
  };
}

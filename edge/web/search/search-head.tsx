import type { SearchPage, SearchWay } from "#shared/contract/search.ts";
import { answer, endSearch, lookedFor, outOfDate, phase } from "./search-store.ts";

const ways: Record<SearchWay, string> = { words: "by name", spelling: "by names spelled much like it", vectors: "by look" };

/** What the wall shows while something is looked for: the text, how much was found, and how. */
export function SearchHead() {
  const text = lookedFor.value;
  if (text === null) return null;
  return (
    <div class="search-head" data-testid="search-head">
      <h2>
        <span class="unseen">Found for </span>
        {text}
      </h2>
      <p role="status">{phase.value === "failed" ? "" : answer.value === null || outOfDate.value ? "Looking …" : told(answer.value)}</p>
      <button type="button" class="quiet" data-testid="end-search" onClick={endSearch}>
        Back to your wall
      </button>
    </div>
  );
}

function told({ found, by, degraded }: SearchPage): string {
  const count = found === 0 ? "Nothing found" : found === 1 ? "1 image" : `${found} images`;
  const how = by.map((way) => ways[way]).join(" and ");
  return [`${count}${how === "" ? "" : ` · ${how}`}`, degraded ? "the eyes are resting, so names alone were compared" : ""].filter(Boolean).join(" · ");
}

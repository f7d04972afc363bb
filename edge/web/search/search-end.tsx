import { endSearch, lookedFor, phase, tiles, tryAgain } from "./search-store.ts";
import { Suggestions } from "./suggestions.tsx";

/** Below what was found, or in its place. */
export function SearchEnd() {
  if (phase.value === "failed") {
    return (
      <div class="end" data-testid="search-retry">
        <p class="end-title">The answer did not come.</p>
        <p>The gallery could not be searched just now.</p>
        <button type="button" class="wide" onClick={tryAgain}>
          Try again
        </button>
      </div>
    );
  }
  if (phase.value !== "ended") return null;
  if (tiles.value.length === 0) {
    return (
      <div class="end search-nothing" data-testid="search-nothing">
        <p class="end-title">Nothing here is called “{lookedFor.value}”.</p>
        <p>Fewer or plainer words may find something. Or look for one of these:</p>
        <Suggestions />
      </div>
    );
  }
  return (
    <div class="end" data-testid="search-end">
      <p class="end-title">That is all of it.</p>
      <button type="button" class="wide" onClick={endSearch}>
        Back to your wall
      </button>
    </div>
  );
}

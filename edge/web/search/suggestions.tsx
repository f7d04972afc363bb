import { useEffect } from "preact/hooks";
import { Picture } from "../feed/picture.tsx";
import { choose } from "./search-store.ts";
import { loadSuggestions, suggestions } from "./suggestions-store.ts";

/** Things one can look for, each with an image of it. */
export function Suggestions({ onChoose }: { onChoose?: () => void }) {
  useEffect(() => void loadSuggestions(), []);
  return (
    <div class="suggestions" role="group" aria-label="You could look for">
      {suggestions.value.map(({ text, image }) => (
        <button
          key={text}
          type="button"
          class="suggestion"
          data-testid="suggestion"
          onClick={() => {
            choose(text);
            onChoose?.();
          }}
        >
          <Picture image={image} width={32} eager />
          {text}
        </button>
      ))}
    </div>
  );
}

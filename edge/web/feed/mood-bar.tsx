import { moodWords } from "./mood-words.ts";
import { chooseMood, mood } from "./feed-store.ts";

/** The moods a viewer may ask for. */
export function MoodBar() {
  return (
    <div class="moods" role="group" aria-label="Mood">
      {moodWords.map(([value, word]) => (
        <button key={word} type="button" aria-pressed={mood.value === value} data-testid={`mood-${value ?? "any"}`} onClick={() => chooseMood(value)}>
          {word}
        </button>
      ))}
    </div>
  );
}

import { unreachable } from "../api/outbox.ts";
import { resting } from "../feed/feed-store.ts";

/** One quiet line while something is away; empty, and gone, while all is well. */
export function StatusLine() {
  const text = unreachable.value ? "You are offline; your likes are kept" : resting.value ? "The taste engine is resting; likes are kept" : "";
  return (
    <div class="status" role="status" data-testid="status">
      {text !== "" && <span>{text}</span>}
    </div>
  );
}

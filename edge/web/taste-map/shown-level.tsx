import type { SafetyLevel } from "#shared/contract/safety.ts";
import { startAgain } from "../feed/feed-store.ts";
import { say } from "../ui/toast-store.ts";
import { loadTaste, saveSettings, taste } from "./taste-store.ts";

const inWords: Record<SafetyLevel, string> = { strict: "Nothing suggestive", standard: "Nothing explicit", open: "Everything" };

/** How much the viewer wants to be spared, as a classifier sees it. */
export function ShownLevel() {
  const level = taste.value?.settings.safety ?? "standard";
  return (
    <fieldset class="levels" data-testid="shown-level">
      <legend>What you are shown</legend>
      {(Object.keys(inWords) as SafetyLevel[]).map((one) => (
        <label key={one}>
          <input type="radio" name="level" value={one} checked={one === level} onChange={() => void choose(one)} />
          {inWords[one]}
        </label>
      ))}
    </fieldset>
  );
}

/** The wall begins anew: what is above the level now must not stay on it. */
async function choose(level: SafetyLevel): Promise<void> {
  try {
    await saveSettings({ safety: level });
    startAgain();
    say("Your wall keeps to it from now on");
  } catch {
    say("That could not be changed just now", { label: "Try again", run: () => void choose(level) });
  }
  await loadTaste();
}

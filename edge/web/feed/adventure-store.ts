import { effect, signal } from "@preact/signals";
import { saveSettings, taste } from "../taste-map/taste-store.ts";
import { say } from "../ui/toast-store.ts";

/** The dial as the viewer sees it, 0 (close to home) to 1 (far away). */
export const adventure = signal(0.35);
const restMs = 350;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The server's word counts until the viewer touches the dial. */
const stopListening = effect(() => {
  if (taste.value !== null) adventure.value = taste.value.settings.adventure;
});

/** Turns the dial; the server hears of it once the hand rests. */
export function turnTo(value: number): void {
  stopListening();
  adventure.value = value;
  clearTimeout(timer);
  timer = setTimeout(() => void settle(), restMs);
}

export function inWords(value: number): string {
  const words = ["Close to home", "Around the corner", "Across town", "Over the hills", "Far away"];
  return words[Math.min(words.length - 1, Math.floor(value * words.length))]!;
}

async function settle(): Promise<void> {
  try {
    await saveSettings({ adventure: adventure.value });
  } catch {
    say("The dial could not be set just now", { label: "Try again", run: () => void settle() });
  }
}

import type { Mood } from "#shared/contract/image.ts";

/** Every mood of the contract with the word shown for it; null is no wish at all. A record, so that a new mood cannot be left out. */
const words: Record<Mood, string> = { calm: "Calm", bold: "Bold", dark: "Dark", playful: "Playful", dreamy: "Dreamy", warm: "Warm" };

export const moodWords: readonly (readonly [Mood | null, string])[] = [[null, "Everything"], ...(Object.entries(words) as [Mood, string][])];

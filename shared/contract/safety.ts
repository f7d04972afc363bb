import { z } from "zod";

/** How much a viewer wants to be spared. */
export const safetyLevels = ["strict", "standard", "open"] as const;
export const SafetyLevel = z.enum(safetyLevels).meta({
  id: "SafetyLevel",
  description: "`strict` leaves out what may be suggestive, `standard` what is likely to be explicit, `open` nothing",
});
export type SafetyLevel = z.infer<typeof SafetyLevel>;

const share = z.number().min(0).max(1);

/** How likely a picture is of each class that the classifier tells apart; together one. */
export const SafetyShares = z.object({ drawing: share, hentai: share, neutral: share, porn: share, sexy: share }).meta({ id: "SafetyShares" });
export type SafetyShares = z.infer<typeof SafetyShares>;

/** A suggestive picture is a third as unsafe as an explicit one. */
const sexyWeight = 1 / 3;

/** One number for how unsafe a picture is, 0…1: `porn + hentai + sexy / 3`. */
export function unsafeOf({ porn, hentai, sexy }: SafetyShares): number {
  return Math.min(1, porn + hentai + sexyWeight * sexy);
}

/** The most unsafe picture that each level shows. */
export const mostUnsafe: Readonly<Record<SafetyLevel, number>> = { strict: 0.25, standard: 0.6, open: 1 };

/** From here on an upload waits until an operator has looked at it. */
export const reviewedFrom = 0.9;

/** What a picture counts as until it is scored: too little is known for those who want to be sure. */
export const unscoredCountsAs = 0.5;

/** The level that suits everyone of them. */
export function strictestOf(levels: readonly SafetyLevel[]): SafetyLevel {
  return safetyLevels.find((level) => levels.includes(level)) ?? "standard";
}

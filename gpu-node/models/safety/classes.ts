/** What the classifier tells apart, in the order of its outputs. */
export const safetyClasses = ["drawing", "hentai", "neutral", "porn", "sexy"] as const;
export type SafetyClass = (typeof safetyClasses)[number];

/** How likely a picture is of each class; they sum to one. */
export type ClassShares = Record<SafetyClass, number>;

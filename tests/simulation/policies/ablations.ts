import type { OursVariant } from "./ours.ts";

/** Ours with one part changed each; the name is what stands in the table. */
export const ablations: Readonly<Record<string, OursVariant>> = {};

import type { NewImage } from "#shared/stores/image-store.ts";

/** What the node says of an image that everyone may see and that is no copy, for tests in which nobody looks at its pixels. */
export const harmless: Pick<NewImage, "safety" | "palette" | "duplicate_of"> = {
  safety: { drawing: 1, hentai: 0, neutral: 0, porn: 0, sexy: 0 },
  palette: [],
  duplicate_of: null,
};

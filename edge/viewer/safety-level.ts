import { mostUnsafe, type SafetyLevel } from "#shared/contract/safety.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import type { ViewerStore } from "#shared/stores/viewer-store.ts";

/** The level by which somebody is shown images on a public route: the viewer's own where they are known. */
export type SafetyLevelOf = (viewerId: string | undefined) => Promise<SafetyLevel>;

export function safetyLevelOf(viewers: Pick<ViewerStore, "settings">): SafetyLevelOf {
  return async (viewerId) => {
    if (viewerId === undefined) return defaultSettings.safety;
    // Rather too little than what a viewer asked to be spared.
    return viewers.settings(viewerId).then(({ safety }) => safety, () => "strict" as const);
  };
}

/** Lists that are the same for everyone show what suits everyone. */
export const forEveryone = mostUnsafe.strict;

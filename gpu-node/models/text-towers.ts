import eyes from "./eyes/eyes.json" with { type: "json" };
import type { TextTower } from "./text-tower.ts";

/**
 * The text towers there are, by the space they read words into. Loaded when first asked for: a node that sees with an encoder
 * that knows no words never opens one.
 */
const towers = new Map<string, () => Promise<TextTower>>([[eyes.space, async () => (await import("./eyes/eyes.ts")).eyesText]]);

/** The text tower of a space; undefined where its encoder knows no words. */
export async function textTowerOf(space: string): Promise<TextTower | undefined> {
  return towers.get(space)?.();
}

/** Makes a tower known that is opened while the node runs, as CLIP's is. */
export function addTextTower(tower: TextTower): void {
  towers.set(tower.space, () => Promise.resolve(tower));
}

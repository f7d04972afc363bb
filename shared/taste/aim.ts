/**
 * What a `less` is aimed at, as the event's `target` carries it: a score term or a source by its name, or one puddle as
 * `puddle:<id>`. Without a target it is aimed at the image as such.
 */
const named = "puddle:";
const contentAims: ReadonlySet<string> = new Set(["puddle", "user", "echo", "explore"]);

/** The target of a `less` that is aimed at one puddle. */
export function aimAtPuddle(puddle_id: string): string {
  return named + puddle_id;
}

/** The puddle a target names; undefined when it names none. */
export function puddleAimedAt(target: string | undefined): string | undefined {
  return target !== undefined && target.startsWith(named) && target.length > named.length ? target.slice(named.length) : undefined;
}

/** The score term or source a target stands for: `puddle` for a named puddle; undefined without a target. */
export function termAimedAt(target: string | undefined): string | undefined {
  return puddleAimedAt(target) === undefined ? target : "puddle";
}

/** Whether a `less` with this target speaks of what the image shows, and so moves taste; all else is for the blend to learn. */
export function aimsAtContent(target: string | undefined): boolean {
  const term = termAimedAt(target);
  return term === undefined || contentAims.has(term);
}

import type { Clock } from "#shared/kernel/clock.ts";

export interface RefreshingParts<T> {
  load: () => Promise<T>;
  /** Older than this, a value is still given while a new one is loaded behind it. */
  freshMs: number;
  /** Older than this, a value is loaded anew before it is given. */
  usableMs: number;
  clock: Clock;
}

/**
 * A value that is cheap to ask for and costly to load: one load at a time, and nobody waits for it but the first and those
 * who come after a long pause. A load that fails keeps the value there is.
 */
export function refreshing<T>({ load, freshMs, usableMs, clock }: RefreshingParts<T>): () => Promise<T> {
  let held: { value: T; loadedAt: number } | undefined;
  let loading: Promise<T> | undefined;

  const reload = (): Promise<T> =>
    (loading ??= load()
      .then((value) => {
        held = { value, loadedAt: clock() };
        return value;
      })
      .finally(() => (loading = undefined)));

  return async () => {
    if (held === undefined) return reload();
    const age = clock() - held.loadedAt;
    if (age < freshMs) return held.value;
    const next = reload();
    if (age >= usableMs) return next.catch(() => held!.value);
    next.catch(() => undefined);
    return held.value;
  };
}

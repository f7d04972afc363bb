import type { Session } from "#shared/contract/session.ts";
import { localStore } from "./local-store.ts";

const key = "miraveja.session";
/** Also kept here, so that where storage is barred the session lives as long as the page. */
let current: Session | null = null;
let opening: Promise<Session> | null = null;

/** The session at hand, without asking for one. Storage comes first: another tab may have renewed it. */
export function savedSession(): Session | null {
  try {
    current = (JSON.parse(localStore?.getItem(key) ?? "null") as Session | null) ?? current;
  } catch {
    localStore?.removeItem(key);
  }
  return current;
}

/** The viewer's session: the one at hand, else a fresh guest. Callers that arrive together share one request. */
export function session(open: () => Promise<Session>): Promise<Session> {
  const saved = savedSession();
  if (saved !== null) return Promise.resolve(saved);
  opening ??= open()
    .then((fresh) => {
      current = fresh;
      try {
        localStore?.setItem(key, JSON.stringify(fresh));
      } catch {
        // Full: `current` serves this page.
      }
      return fresh;
    })
    .finally(() => (opening = null));
  return opening;
}

/** Forgets a token the server no longer takes, unless it has been replaced since. */
export function forgetSession(token: string): void {
  if (savedSession()?.token !== token) return;
  current = null;
  localStore?.removeItem(key);
}

/** The browser's local storage, or null where it is barred; reading the property itself may throw. */
export const localStore: Storage | null = (() => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
})();

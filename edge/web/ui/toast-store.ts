import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

export const toast = signal<Toast | null>(null);
const shownMs = 6_000;
let timer: ReturnType<typeof setTimeout> | undefined;
let count = 0;

/** Says one thing at a time; what is newer replaces what is shown. */
export function say(text: string, action?: Toast["action"]): void {
  toast.value = { id: ++count, text, ...(action === undefined ? {} : { action }) };
  hold(false);
}

/** A toast under the pointer or focus stays until it is left. */
export function hold(held: boolean): void {
  clearTimeout(timer);
  if (!held) timer = setTimeout(dismiss, shownMs);
}

export function dismiss(): void {
  clearTimeout(timer);
  toast.value = null;
}

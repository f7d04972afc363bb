import { signal } from "@preact/signals";

/** Whether the hand is in the search box. On a narrow screen it then lies over the header. */
export const boxOpen = signal(false);

/** At once, within the tap: a phone shows its keyboard for nothing later. */
export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>(".search-field input");
  field?.focus();
  field?.select();
}

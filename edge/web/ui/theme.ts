import { effect, signal } from "@preact/signals";
import { localStore } from "../api/local-store.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "miraveja.theme";
const saved = localStore?.getItem(key);
export const theme = signal<Theme>(themes.find((name) => name === saved) ?? "auto");
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
export const dark = signal(false);

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  if (theme.value === "auto") localStore?.removeItem(key);
  else localStore?.setItem(key, theme.value);
  settle();
});
systemDark.addEventListener("change", settle);

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!;
}

function settle(): void {
  dark.value = theme.value === "dark" || (theme.value === "auto" && systemDark.matches);
}

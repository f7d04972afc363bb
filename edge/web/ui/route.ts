import { signal } from "@preact/signals";

/** What lies over the wall. The address holds it, so that Back closes it and a link opens it. */
export interface Route {
  taste: boolean;
  imageId: string | null;
}

export const route = signal<Route>(read());
/** Whether Back returns to a page of ours; otherwise closing replaces the address instead. */
let depth = 0;

window.addEventListener("hashchange", () => (route.value = read()));
history.scrollRestoration = "manual";

export function imageHref(imageId: string): string {
  return `#${route.value.taste ? "taste/" : ""}image/${imageId}`;
}

export function openImage(imageId: string): void {
  const href = imageHref(imageId);
  if (route.value.imageId === null) go(href);
  else replace(href);
}

export function openTaste(): void {
  if (!route.value.taste) go("#taste");
}

/** Closes the topmost. */
export function closeTop(): void {
  if (depth > 0) {
    depth -= 1;
    history.back();
  } else replace(route.value.imageId !== null && route.value.taste ? "#taste" : "#");
}

function go(hash: string): void {
  depth += 1;
  location.hash = hash;
}

function replace(hash: string): void {
  history.replaceState(null, "", hash);
  route.value = read();
}

function read(): Route {
  const parts = location.hash.slice(1).split("/");
  const image = parts.indexOf("image");
  return { taste: parts[0] === "taste", imageId: image >= 0 ? (parts[image + 1] ?? null) : null };
}

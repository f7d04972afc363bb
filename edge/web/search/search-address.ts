/** Longer texts the server refuses. */
export const longestText = 200;

/** What the address looks for; null where it looks for nothing. */
export function textInAddress(): string | null {
  const text = new URLSearchParams(location.search).get("q")?.trim().slice(0, longestText) ?? "";
  return text === "" ? null : text;
}

/** The page's address when it looks for this; whatever else is in it stays. */
export function addressFor(text: string | null): string {
  const query = new URLSearchParams(location.search);
  if (text === null) query.delete("q");
  else query.set("q", text);
  return `${location.pathname}${query.size === 0 ? "" : `?${query.toString()}`}`;
}

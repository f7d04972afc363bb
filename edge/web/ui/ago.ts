const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** “3 hours ago”, “yesterday”, “just now”. */
export function ago(iso: string): string {
  const ms = Date.parse(iso) - Date.now();
  const step = steps.find(([, length]) => -ms >= length);
  return step === undefined ? "just now" : words.format(Math.round(ms / step[1]), step[0]);
}

import { useEffect, useRef, useState } from "preact/hooks";
import { between, type Spot } from "./spots.ts";

const glideMs = 900;

/** The spots as they are to be drawn now: each new picture is reached by gliding from the one on screen. */
export function useGlide(target: readonly Spot[], frameKey: string): readonly Spot[] {
  const [shown, setShown] = useState<readonly Spot[]>(target);
  const onScreen = useRef<{ spots: readonly Spot[]; frameKey: string }>({ spots: target, frameKey });
  useEffect(() => {
    const still = onScreen.current.frameKey !== frameKey || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = onScreen.current.spots;
    const show = (spots: readonly Spot[]) => {
      onScreen.current = { spots, frameKey };
      setShown(spots);
    };
    if (still) return show(target);
    const start = performance.now();
    let frame = requestAnimationFrame(function tick(now: number) {
      const t = Math.min(1, Math.max(0, (now - start) / glideMs));
      show(between(from, target, 1 - (1 - t) ** 3));
      if (t < 1) frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [target, frameKey]);
  return shown;
}

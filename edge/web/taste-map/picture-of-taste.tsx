import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { TasteView } from "#shared/contract/taste.ts";
import { Picture } from "../feed/picture.tsx";
import { Mark } from "../ui/mark.tsx";
import { openImage } from "../ui/route.ts";
import { dark } from "../ui/theme.ts";
import { drawLand, drawTaste } from "./chart.ts";
import { detailsOf, percent, type Details } from "./details.ts";
import { placeDiscLabels, type LabelSide } from "./labels.ts";
import { discRadius, frameFor, spotsOf, type Spot } from "./spots.ts";
import type { Puddle } from "./taste-store.ts";
import { useGlide } from "./use-glide.ts";

/** How near the pointer must come to a dot, in pixels. */
const touchRadius = 14;

/** The viewer's taste as water on a chart of the gallery. `compact` is the small lens: no labels, nothing to point at. */
export function PictureOfTaste({ view, compact = false, selected = null }: { view: TasteView; compact?: boolean; selected?: string | null }) {
  const ground = useRef<HTMLDivElement>(null);
  const land = useRef<HTMLCanvasElement>(null);
  const water = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [pointed, setPointed] = useState<string | null>(null);
  const isDark = dark.value;

  useLayoutEffect(() => {
    const measure = () => setSize({ width: Math.round(ground.current!.clientWidth), height: Math.round(ground.current!.clientHeight) });
    const observer = new ResizeObserver(measure);
    observer.observe(ground.current!);
    measure();
    return () => observer.disconnect();
  }, []);

  const frame = useMemo(() => frameFor(view, size.width, size.height, compact), [view, size, compact]);
  const target = useMemo(() => (frame.width === 0 ? [] : spotsOf(view, frame)), [view, frame]);
  const spots = useGlide(target, `${frame.width}×${frame.height}`);
  const labels = useMemo(() => (compact ? null : placeDiscLabels(target, view.puddles)), [target]);

  useLayoutEffect(() => {
    const context = prepare(land.current, frame);
    if (context) drawLand(context, view.map.backdrop, frame, isDark);
  }, [view.map.backdrop, frame, isDark]);
  useLayoutEffect(() => {
    const context = prepare(water.current, frame);
    if (context) drawTaste(context, spots, view.map.backdrop, frame, isDark);
  }, [spots, view.map.backdrop, frame, isDark]);

  const puddles = new Map(view.puddles.map((puddle) => [puddle.id, puddle]));
  const shown = pointed ?? selected;
  const details = compact || shown === null ? null : detailsOf(view, shown);
  const shownSpot = details && spots.find((spot) => spot.id === shown);
  const findDot = (event: MouseEvent) => setPointed(compact ? null : nearestDot(spots, event));
  return (
    <div
      ref={ground}
      class={compact ? "chart compact" : "chart"}
      onPointerMove={findDot}
      onPointerLeave={() => setPointed(null)}
      onClick={(event) => {
        const dot = compact ? null : nearestDot(spots, event);
        if (dot !== null) openImage(dot.slice(dot.indexOf(":") + 1));
      }}
    >
      <canvas ref={land} aria-hidden="true" />
      <canvas ref={water} role="img" aria-label={summary(view)} data-testid={compact ? "taste-lens-canvas" : "taste-map-canvas"} data-puddles={view.puddles.length} data-offset={view.offset} />
      {spots.map((spot) => {
        const puddle = puddles.get(spot.id);
        if (spot.kind === "puddle" && puddle) return <Disc key={spot.id} spot={spot} puddle={puddle} compact={compact} side={labels?.get(spot.id) ?? null} onPoint={setPointed} />;
        if (spot.kind === "you") {
          return (
            <span key="you" class="you" style={{ transform: `translate(${spot.x}px, ${spot.y}px)`, opacity: spot.alpha }}>
              <Mark />
              {!compact && <span>You</span>}
            </span>
          );
        }
        return null;
      })}
      {details !== null && shownSpot && <DetailsCard details={details} spot={shownSpot} width={frame.width} />}
    </div>
  );
}

function Disc({ spot, puddle, compact, side, onPoint }: { spot: Spot; puddle: Puddle; compact: boolean; side: LabelSide | null; onPoint: (id: string | null) => void }) {
  const across = discRadius(spot, compact) * 2;
  const style = { transform: `translate(${spot.x}px, ${spot.y}px) translate(-50%, -50%)`, inlineSize: `${across}px`, blockSize: `${across}px`, opacity: spot.alpha };
  const picture = puddle.medoid !== null && <Picture image={puddle.medoid} width={across} eager />;
  if (compact) {
    return (
      <span class="disc" style={style}>
        {picture}
      </span>
    );
  }
  const { medoid } = puddle;
  return (
    <button
      type="button"
      class="disc"
      style={style}
      aria-label={`${puddle.label}, ${percent(puddle.share)} of your taste`}
      data-testid="puddle"
      onPointerEnter={() => onPoint(puddle.id)}
      onPointerMove={(event) => event.stopPropagation()}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(puddle.id)}
      onBlur={() => onPoint(null)}
      onClick={(event) => {
        event.stopPropagation();
        if (medoid !== null) openImage(medoid.id);
      }}
    >
      {picture}
      {side !== null && <span class={`disc-label ${side}`}>{puddle.label}</span>}
    </button>
  );
}

function DetailsCard({ details, spot, width }: { details: Details; spot: Spot; width: number }) {
  const toLeft = spot.x > width * 0.6;
  const beside = (details.image !== null && spot.kind === "puddle" ? discRadius(spot, false) : spot.radius) + 12;
  return (
    <div class={toLeft ? "map-card to-left" : "map-card"} style={{ left: `${spot.x + (toLeft ? -beside : beside)}px`, top: `${spot.y}px` }}>
      {details.image !== null && spot.kind !== "puddle" && <Picture image={details.image} width={64} eager />}
      <div>
        <strong>{details.title}</strong>
        {details.lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
    </div>
  );
}

function summary(view: TasteView): string {
  if (view.puddles.length === 0) return "A map of your taste. It is dry land still: like a few images and puddles will form.";
  const first = view.puddles.slice(0, 3).map((puddle) => `${puddle.label} ${percent(puddle.share)}`);
  return `A map of your taste: ${view.puddles.length} puddles, among them ${first.join(", ")}. The list beside it has them all.`;
}

function nearestDot(spots: readonly Spot[], event: MouseEvent): string | null {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  let best: string | null = null;
  let nearest = touchRadius;
  for (const spot of spots) {
    if (spot.kind === "puddle" || spot.kind === "you") continue;
    const distance = Math.hypot(spot.x - (event.clientX - left), spot.y - (event.clientY - top)) - (spot.kind === "suppressed" ? spot.radius : 0);
    if (distance < nearest) [best, nearest] = [spot.id, distance];
  }
  return best;
}

/** A clear canvas at the screen's own resolution, drawn on in CSS pixels. */
function prepare(canvas: HTMLCanvasElement | null, { width, height }: { width: number; height: number }): CanvasRenderingContext2D | null {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || width === 0) return null;
  const density = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = width * density;
  canvas.height = height * density;
  context.scale(density, density);
  return context;
}

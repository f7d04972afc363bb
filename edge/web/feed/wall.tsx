import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { SearchEnd } from "../search/search-end.tsx";
import { lookedFor, outOfDate } from "../search/search-store.ts";
import { marks } from "./acts.ts";
import { startAgain } from "./feed-store.ts";
import { assignColumns, gridFor, layOut } from "./masonry.ts";
import { TileView } from "./tile.tsx";
import { describeWall, focusFirst, isHidden } from "./wall-focus.ts";
import { more, phase, tiles, tryAgain } from "./wall-source.ts";

/** Scrolling redraws the wall only when this many pixels have gone by. */
const stride = 240;
/** Screens above and below the visible one whose tiles stay in the document. */
const margin = 1.25;
/** The next page is hung when less than this many screens of pictures are left below the visible one. */
const nearEnd = 1;
const footerHeight = 44;

/** The feed, or what a search found, as a wall of columns. Only tiles near the screen are in the document, however long the viewer scrolls. */
export function Wall() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [kept, setKept] = useState<number | null>(null);
  const screen = useScreen(ref);
  const touch = useTouch();
  const all = tiles.value;
  const marked = marks.value;

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(ref.current!);
    setWidth(Math.floor(ref.current!.getBoundingClientRect().width));
    return () => observer.disconnect();
  }, []);

  const grid = useMemo(() => gridFor(Math.max(width, 1), touch ? footerHeight : 0), [width, touch]);
  const shapes = useMemo(() => all.map((tile) => tile.item.image), [all]);
  const columns = useMemo(() => assignColumns(shapes, grid), [shapes, grid]);
  const hidden = useMemo(() => new Set(all.flatMap((_, index) => (isHidden(index) ? [index] : []))), [all, marked]);
  const { placed, height, bottoms } = useMemo(() => layOut(shapes, columns, hidden, grid), [shapes, columns, hidden, grid]);
  useLayoutEffect(() => describeWall(placed, setKept), [placed]);
  const held = ref.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (held && !ref.current!.contains(document.activeElement)) focusFirst();
  }, [all]);

  const shortest = Math.min(...bottoms);
  const now = phase.value;
  useEffect(() => {
    if (width > 0 && now === "waiting" && shortest < screen.bottom + screen.height * nearEnd) void more();
  }, [width, now, shortest, screen.bottom, all]);

  const from = screen.top - screen.height * margin;
  const to = screen.bottom + screen.height * margin;
  return (
    <div ref={ref} class={outOfDate.value ? "wall out-of-date" : "wall"} id="wall">
      <div role="feed" aria-label="Images" aria-busy={now === "loading"} class="tiles" style={{ blockSize: `${height}px` }} data-testid="wall">
        {width > 0 &&
          all.map((tile, index) => {
            const box = placed[index]!;
            const near = box.y + box.height >= from && box.y <= to;
            return near || index === kept ? <TileView key={tile.key} tile={tile} index={index} placed={box} footer={grid.footer} hidden={hidden.has(index)} /> : null;
          })}
        {width > 0 && (now === "loading" || now === "waiting") && bottoms.map((bottom, column) => <div key={`ghost${column}`} class="ghost" style={{ transform: `translate(${column * (grid.columnWidth + grid.gap)}px, ${bottom}px)`, inlineSize: `${grid.columnWidth}px`, blockSize: `${grid.columnWidth * (0.8 + 0.35 * ((column * 7) % 3))}px` }} />)}
      </div>
      {lookedFor.value === null ? <End empty={all.length === 0} /> : <SearchEnd />}
    </div>
  );
}

function End({ empty }: { empty: boolean }) {
  if (phase.value === "failed") {
    return (
      <div class="end" data-testid="feed-retry">
        <p class="end-title">The next images did not come.</p>
        <p>Nothing you did is lost. Let us look again.</p>
        <button type="button" class="wide" onClick={tryAgain}>
          Try again
        </button>
      </div>
    );
  }
  if (phase.value !== "ended") return null;
  return (
    <div class="end" data-testid="feed-end">
      <p class="end-title">{empty ? "The walls are still bare." : "You have seen it all."}</p>
      <p>{empty ? "No images have been hung here yet." : "Every image that fits has been on your wall."}</p>
      <button type="button" class="wide" onClick={startAgain}>
        {empty ? "Look again" : "Start again"}
      </button>
    </div>
  );
}

/** What part of the wall the screen shows, in the wall's own pixels, rounded so that small scrolls change nothing. */
function useScreen(ref: { current: HTMLElement | null }) {
  const [screen, setScreen] = useState({ top: 0, bottom: window.innerHeight, height: window.innerHeight });
  // Laid off with the wall itself: an effect's end comes a frame later, and a reading in between would find no wall.
  useLayoutEffect(() => {
    let frame = 0;
    const read = () => {
      frame = 0;
      const offset = ref.current!.getBoundingClientRect().top;
      const top = Math.round(-offset / stride) * stride;
      const height = window.innerHeight;
      setScreen((before) => (before.top === top && before.height === height ? before : { top, bottom: top + height, height }));
    };
    const later = () => (frame ||= requestAnimationFrame(read));
    read();
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, []);
  return screen;
}

/** Where nothing hovers, controls that appear under the pointer would never appear. */
function useTouch(): boolean {
  const query = window.matchMedia("(hover: none)");
  const [touch, setTouch] = useState(query.matches);
  useEffect(() => {
    const changed = () => setTouch(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return touch;
}

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Image } from "#shared/contract/image.ts";
import { Close } from "../ui/icons.tsx";
import { openImage } from "../ui/route.ts";
import { mark, marks, placeOf } from "./acts.ts";
import type { Tile } from "./feed-store.ts";
import { findImage } from "./known-images.ts";
import { aimOf, termWords } from "./less-words.ts";
import { Picture } from "./picture.tsx";
import { asked, closeWhy } from "./why-store.ts";

/** Why a slot is on the wall: the honest reason, the image it is because of, and what weighed how much. */
export function WhyPopover() {
  const shown = asked.value;
  if (shown === null) return null;
  return (
    <>
      <div class="why-ground" onClick={closeWhy} />
      <Card key={shown.tile.key} tile={shown.tile} opener={shown.opener} />
    </>
  );
}

function Card({ tile, opener }: { tile: Tile; opener: HTMLElement }) {
  const ref = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ left: number; top: number } | null>(null);
  const because = useImage(tile.item.why.anchor_image_id);
  const { why, source, image } = tile.item;
  const less = marks.value.get(image.id)?.less !== undefined;
  const aim = aimOf(why);

  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = ref.current!;
    setAt(placeCard(opener, width, height));
  }, [because]);

  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    const scrolled = () => (asked.value = null);
    window.addEventListener("scroll", scrolled, { passive: true });
    return () => window.removeEventListener("scroll", scrolled);
  }, []);

  return (
    <div ref={ref} class="why" role="dialog" aria-label="Why this image" tabIndex={-1} data-testid="why-popover" style={at === null ? { visibility: "hidden" } : { left: `${at.left}px`, top: `${at.top}px` }}>
      <div class="why-head">
        <h2>Why this?</h2>
        <button type="button" class="round plain" aria-label="Close" onClick={closeWhy}>
          <Close />
        </button>
      </div>
      <div class="why-because">
        {because !== null && (
          <button type="button" class="why-anchor" aria-label="Open the image this is because of" onClick={() => openFrom(because)}>
            <Picture image={because} width={72} eager />
          </button>
        )}
        <p>
          {why.text}
          {source === "persona" && <small>Shown by a persona, a synthetic member</small>}
        </p>
      </div>
      <Terms terms={why.terms} strongest={why.term} />
      <button
        type="button"
        class="wide"
        data-testid="less"
        disabled={less}
        onClick={() => {
          mark(image, "less", placeOf(tile), aim);
          closeWhy();
        }}
      >
        {less ? "You asked for less of this" : (aim?.offer ?? "Less like this")}
      </button>
    </div>
  );
}

const apart = 10;
const fromEdge = 12;

/** Beside the tile, so that the image stays in sight; where there is no room for that, below or above what was pressed. */
function placeCard(opener: HTMLElement, width: number, height: number): { left: number; top: number } {
  const within = (value: number, most: number) => Math.max(fromEdge, Math.min(most - fromEdge, value));
  const frame = opener.closest(".frame")?.getBoundingClientRect();
  if (frame) {
    const top = within(frame.top + frame.height / 2 - height / 2, window.innerHeight - height);
    if (frame.right + apart + width + fromEdge <= window.innerWidth) return { left: frame.right + apart, top };
    if (frame.left - apart - width >= fromEdge) return { left: frame.left - apart - width, top };
  }
  const button = opener.getBoundingClientRect();
  const above = button.top - apart - height;
  const below = button.bottom + apart;
  return {
    left: within(button.left + button.width / 2 - width / 2, window.innerWidth - width),
    top: below + height + fromEdge <= window.innerHeight || above < fromEdge ? within(below, window.innerHeight - height) : above,
  };
}

/** Each score term as a bar from the middle: right of it spoke for the image, left against. */
function Terms({ terms, strongest }: { terms: Record<string, number>; strongest: string }) {
  const rows = Object.entries(terms)
    .filter(([, value]) => Math.abs(value) >= 0.005)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, 6);
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map(([, value]) => Math.abs(value)));
  return (
    <dl class="terms">
      {rows.map(([name, value]) => (
        <div key={name} class={name === strongest ? "strongest" : ""}>
          <dt>{termWords[name] ?? name.replaceAll("_", " ")}</dt>
          <dd>
            <span class="bar">
              <span class={value < 0 ? "against" : ""} style={{ inlineSize: `${(Math.abs(value) / most) * 100}%` }} />
            </span>
            <span class="figure">{value.toFixed(2).replace("-", "−")}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function openFrom(image: Image): void {
  closeWhy();
  openImage(image.id);
}

function useImage(id: string | undefined): Image | null {
  const [image, setImage] = useState<Image | null>(null);
  useEffect(() => {
    let wanted = true;
    if (id !== undefined) void findImage(id).then((found) => wanted && setImage(found), () => undefined);
    return () => void (wanted = false);
  }, [id]);
  return image;
}

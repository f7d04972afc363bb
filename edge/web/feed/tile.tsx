import { useEffect, useRef, useState } from "preact/hooks";
import { Bookmark, Dots, Heart, Hide, Why } from "../ui/icons.tsx";
import { imageHref, openImage } from "../ui/route.ts";
import { mark, marks, placeOf } from "./acts.ts";
import { watch } from "./exposure.ts";
import type { Tile } from "./feed-store.ts";
import type { Placed } from "./masonry.ts";
import { Picture } from "./picture.tsx";
import { hideTile } from "./wall-focus.ts";
import { askWhy } from "./why-store.ts";

interface TileProps {
  tile: Tile;
  index: number;
  placed: Placed;
  footer: number;
  hidden: boolean;
}

/** One image on the wall. Its controls show under the pointer or focus; where nothing hovers, a small row stays below. */
export function TileView({ tile, index, placed, footer, hidden }: TileProps) {
  const ref = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState(false);
  const { image } = tile.item;
  const done = marks.value.get(image.id) ?? {};
  useEffect(() => (hidden ? undefined : watch(ref.current!, tile)), [tile.key, hidden]);

  const like = <Act kind="like" on={done.like !== undefined} name={done.like === undefined ? "Like" : "Take the like back"} onClick={() => mark(image, "like", placeOf(tile))} />;
  return (
    <article
      ref={ref}
      class={`tile${hidden ? " hidden" : ""}${opened ? " opened" : ""}${done.less === undefined ? "" : " less"}`}
      style={{ transform: `translate(${placed.x}px, ${placed.y}px)`, inlineSize: `${placed.width}px`, blockSize: `${placed.height}px` }}
      aria-posinset={index + 1}
      aria-setsize={-1}
      aria-label={describe(tile)}
      inert={hidden}
      data-testid="tile"
      data-slot={tile.item.slot}
      data-image={image.id}
    >
      <div class="frame">
        <a
          class="look"
          href={imageHref(image.id)}
          data-index={index}
          aria-label={`Open: ${describe(tile)}`}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            openImage(image.id);
          }}
        >
          <Picture image={image} width={placed.width} eager={index < 6} />
        </a>
        {tile.item.source === "persona" && <span class="badge">Persona</span>}
        <div class="credit" aria-hidden="true">
          {image.creator || image.style}
        </div>
        <div class="acts">
          <Act kind="why" name="Why this?" onClick={(event) => askWhy(tile, event.currentTarget as HTMLElement)} />
          <Act kind="hide" name="Hide" onClick={() => hideTile(tile, index)} />
          <Act kind="save" on={done.save !== undefined} name={done.save === undefined ? "Save" : "No longer save"} onClick={() => mark(image, "save", placeOf(tile))} />
          {footer === 0 && like}
        </div>
      </div>
      {footer > 0 && (
        <div class="foot">
          {like}
          <span class="foot-credit">{image.creator || image.style}</span>
          <button type="button" class="round plain" aria-label="More" aria-expanded={opened} data-testid="more" onClick={() => setOpened(!opened)}>
            <Dots />
          </button>
        </div>
      )}
    </article>
  );
}

const glyphs = { like: Heart, save: Bookmark, hide: Hide, why: Why };

function Act({ kind, name, on, onClick }: { kind: keyof typeof glyphs; name: string; on?: boolean; onClick: (event: MouseEvent) => void }) {
  const Glyph = glyphs[kind];
  return (
    <button type="button" class={`round act-${kind}`} aria-label={name} title={name} aria-pressed={on} data-testid={kind} onClick={onClick}>
      <Glyph filled={on ?? false} />
    </button>
  );
}

function describe({ item: { image } }: Tile): string {
  return [image.caption || "Untitled", image.creator && `by ${image.creator}`, image.style].filter(Boolean).join(", ");
}

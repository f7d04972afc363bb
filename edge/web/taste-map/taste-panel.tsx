import { useEffect, useState } from "preact/hooks";
import { Picture } from "../feed/picture.tsx";
import { ago } from "../ui/ago.ts";
import { Close } from "../ui/icons.tsx";
import { Overlay } from "../ui/overlay.tsx";
import { LookTogether } from "../social/look-together.tsx";
import { Others } from "../social/others.tsx";
import { Regions } from "../social/regions.tsx";
import { closeTop } from "../ui/route.ts";
import { DataRights } from "./data-rights.tsx";
import { percent } from "./details.ts";
import { PictureOfTaste } from "./picture-of-taste.tsx";
import { ShownLevel } from "./shown-level.tsx";
import { forgetPuddle, forgetSuppressed, loadTaste, taste, tasteFailed, type Puddle, type Suppressed } from "./taste-store.ts";

/** While it is open the map looks for what other tabs and the passing of time have changed. */
const lookAgainMs = 15_000;

/** The taste map: the picture, the same as a list with its controls, and the viewer's rights over it. */
export function TastePanel({ covered }: { covered: boolean }) {
  const view = taste.value;
  const [selected, setSelected] = useState<string | null>(null);
  useEffect(() => {
    void loadTaste();
    const timer = setInterval(() => void loadTaste(), lookAgainMs);
    return () => clearInterval(timer);
  }, []);
  const empty = view !== null && view.puddles.length === 0;
  return (
    <Overlay label="Taste map" class="taste" covered={covered} onClose={closeTop} testId="taste-panel">
      <div class="taste-picture">
        {view !== null && <PictureOfTaste view={view} selected={selected} />}
        {view === null && <p class="taste-note">{tasteFailed.value ? "The map did not come; it will try again." : "Drawing your map…"}</p>}
        {empty && <p class="taste-note">Dry land still. Like a few images, and puddles will form where your taste gathers.</p>}
        <Legend />
      </div>
      <aside class="taste-side">
        <h1>Your taste</h1>
        <p class="lede">{lede(view)}</p>
        {view !== null && view.drift !== null && (
          <p class="moving" data-testid="drift">
            {view.drift.says}.
          </p>
        )}
        {view?.stale && <p class="stale">The taste engine is resting; this is the last it knew.</p>}
        {view?.user_vector && view.user_vector.tags.length > 0 && (
          <p class="tags">
            {view.user_vector.tags.slice(0, 8).map(({ tag }) => (
              <span key={tag}>{tag}</span>
            ))}
          </p>
        )}
        {view !== null && view.puddles.length > 0 && (
          <section aria-label="Puddles">
            <h2>Puddles</h2>
            <ul class="rows">
              {[...view.puddles].sort((a, b) => b.share - a.share).map((puddle) => (
                <PuddleRow key={puddle.id} puddle={puddle} onPoint={setSelected} />
              ))}
            </ul>
          </section>
        )}
        {view !== null && view.suppressed.length > 0 && (
          <section aria-label="Held back">
            <h2>Held back</h2>
            <ul class="rows">
              {view.suppressed.map((region) => (
                <SuppressedRow key={region.id} region={region} onPoint={setSelected} />
              ))}
            </ul>
          </section>
        )}
        <Others />
        <LookTogether />
        <Regions />
        <ShownLevel />
        <DataRights />
      </aside>
      <button type="button" class="round taste-close" aria-label="Close" data-testid="taste-close" onClick={closeTop}>
        <Close />
      </button>
    </Overlay>
  );
}

function lede(view: typeof taste.value): string {
  if (view === null) return "";
  const { length } = view.puddles;
  if (length === 0) return "Nothing has gathered yet.";
  const held = view.suppressed.length === 0 ? "" : `, ${view.suppressed.length} held back`;
  return `${length} ${length === 1 ? "puddle" : "puddles"} from ${view.signals} ${view.signals === 1 ? "sign" : "signs"}${held}.`;
}

interface RowProps {
  onPoint: (id: string | null) => void;
}

function PuddleRow({ puddle, onPoint }: { puddle: Puddle } & RowProps) {
  return (
    <li data-testid="puddle-row" onPointerEnter={() => onPoint(puddle.id)} onPointerLeave={() => onPoint(null)}>
      <span class="row-picture">{puddle.medoid !== null && <Picture image={puddle.medoid} width={48} eager />}</span>
      <span class="row-text">
        <strong>{puddle.label}</strong>
        <span class="share" aria-hidden="true">
          <span style={{ inlineSize: `${puddle.share * 100}%` }} />
        </span>
        <small>
          {percent(puddle.share)} · fed {ago(puddle.last_updated)}
        </small>
      </span>
      <button type="button" class="quiet" aria-label={`Forget ${puddle.label}`} data-testid="forget-puddle" onClick={() => void forgetPuddle(puddle)}>
        Forget
      </button>
    </li>
  );
}

function SuppressedRow({ region, onPoint }: { region: Suppressed } & RowProps) {
  const name = region.image?.caption || "something you hid";
  return (
    <li data-testid="suppressed-row" onPointerEnter={() => onPoint(region.id)} onPointerLeave={() => onPoint(null)}>
      <span class="row-picture dim">{region.image !== null && <Picture image={region.image} width={48} eager />}</span>
      <span class="row-text">
        <strong>Near “{name}”</strong>
        <small>since {ago(region.last_updated)}, fading</small>
      </span>
      <button type="button" class="quiet" aria-label={`No longer hold back what is near ${name}`} data-testid="forget-suppressed" onClick={() => void forgetSuppressed(region)}>
        Forget
      </button>
    </li>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <i class="key water" /> puddle
      </li>
      <li>
        <i class="key held" /> held back
      </li>
      <li>
        <i class="key liked" /> liked
      </li>
      <li>
        <i class="key hid">×</i> hidden
      </li>
      <li>
        <i class="key seen" /> seen
      </li>
    </ul>
  );
}

import { useState } from "preact/hooks";
import type { RegionDetail, RegionView } from "#shared/contract/region.ts";
import { Picture } from "../feed/picture.tsx";
import { openImage } from "../ui/route.ts";
import { describe, regions } from "./social-store.ts";

const waning = 0.8;
const waxing = 1.25;

/** The regions of the gallery, folded away: how lively each is, what hangs there, and where people go on to. */
export function Regions() {
  const all = regions.value;
  if (all.length === 0) return null;
  return (
    <section aria-label="Regions of the gallery">
      <details class="fold" data-testid="regions">
        <summary>
          <h2>{all.length} regions of the gallery</h2>
        </summary>
        {all.map((region) => (
          <Region key={region.id} region={region} />
        ))}
      </details>
    </section>
  );
}

function Region({ region }: { region: RegionView }) {
  const [detail, setDetail] = useState<RegionDetail | null>(null);
  const look = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open && detail === null) void describe(region.id).then(setDetail, () => undefined);
  };
  return (
    <details class="region" data-testid="region-row" onToggle={look}>
      <summary>
        <strong>{region.label}</strong>
        <small>
          {region.size} {region.size === 1 ? "image" : "images"}
          <span class={region.drying ? "drying" : ""}>{mood(region)}</span>
        </small>
      </summary>
      <div class="similar-strip">
        {(detail === null ? region.top_images : [...region.top_images, ...detail.images]).slice(0, 9).map((image) => (
          <button key={image.id} type="button" aria-label={image.caption || "Untitled"} onClick={() => openImage(image.id)}>
            <Picture image={image} width={110} />
          </button>
        ))}
      </div>
      {detail !== null && <p class="aside">{ways(detail)}</p>}
    </details>
  );
}

function mood({ activity, drying }: RegionView): string {
  if (drying) return " · drying";
  if (activity >= waxing) return " · lively";
  return activity <= waning ? " · quiet" : "";
}

function ways({ onward, near }: RegionDetail): string {
  const listed = (labels: readonly string[]) => labels.slice(0, 3).map((label) => `“${label}”`).join(", ");
  if (onward.length > 0) return `From here people move on to ${listed(onward.map(({ label }) => label))}.`;
  return near.length > 0 ? `Next to it lie ${listed(near.map(({ label }) => label))}.` : "";
}

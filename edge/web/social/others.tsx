import { useEffect } from "preact/hooks";
import { Picture } from "../feed/picture.tsx";
import { taste } from "../taste-map/taste-store.ts";
import { communities, loadOthers, neighbours, shareTaste } from "./social-store.ts";

/** Who else is drawn to the same: about how many, never who; and the viewer's own say over being counted. */
export function Others() {
  useEffect(() => void loadOthers(), []);
  const around = neighbours.value;
  const groups = communities.value?.communities ?? [];
  const bridges = communities.value?.bridges ?? [];
  const own = groups.find((group) => group.yours);
  const shares = taste.value?.settings.shared_taste ?? true;
  return (
    <section aria-label="Shared taste" data-testid="others">
      <div class="side-head">
        <h2 id="shared-taste">Shared taste</h2>
        <button type="button" role="switch" class="switch" aria-checked={shares} aria-label="Count my taste among others’, and show me theirs" data-testid="shared-taste" onClick={() => void shareTaste(!shares)}>
          <span aria-hidden="true">{shares ? "On" : "Off"}</span>
        </button>
      </div>
      {around !== null && around.links.length === 0 && <p class="aside">{around.says}</p>}
      {around !== null && around.links.length > 0 && (
        <ul class="rows">
          {around.links.map((link) => (
            <li key={link.puddle_id} data-testid="neighbour-row">
              <span class="row-picture">
                <Picture image={link.image} width={48} />
              </span>
              <span class="row-text">
                <span>
                  About <strong>{link.people} people</strong> share this puddle
                </span>
                {link.region !== null && <small>{link.region.label}</small>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {shares && groups.length > 0 && (
        <ul class="rows">
          {groups.slice(0, 6).map((group) => (
            <li key={group.id} data-testid="community-row">
              <span class="row-stack" aria-hidden="true">
                {group.top_images.slice(0, 3).map((image) => (
                  <span key={image.id}>
                    <Picture image={image} width={32} />
                  </span>
                ))}
              </span>
              <span class="row-text">
                <strong>{group.label}</strong>
                <small>
                  a community of about {group.people}
                  {group.yours ? " · yours" : ""}
                  {!group.yours && own !== undefined && bridges.some(({ between }) => between.includes(own.id) && between.includes(group.id)) ? " · touches yours" : ""}
                </small>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

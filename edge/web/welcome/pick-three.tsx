import { useEffect, useRef } from "preact/hooks";
import { Picture } from "../feed/picture.tsx";
import { Heart } from "../ui/icons.tsx";
import { offer, pick, picked, skip, wanted } from "./welcome-store.ts";

const words = ["Pick three you like", "Two more", "One more"];

/** For a newcomer: a dozen images from all over the gallery. Three picks, each a like, and the wall begins with them. */
export function PickThree() {
  const ref = useRef<HTMLElement>(null);
  const images = offer.value;
  const chosen = picked.value;
  const there = images.length > 0;
  // A focus that was in the strip goes on to the wall below rather than getting lost with it.
  useEffect(() => {
    if (!there) return;
    const strip = ref.current!;
    let held = false;
    const note = () => (held = strip.contains(document.activeElement));
    strip.addEventListener("focusin", note);
    return () => {
      if (held) document.querySelector<HTMLElement>("a.look, .moods button")?.focus({ preventScroll: true });
    };
  }, [there]);
  if (!there) return null;
  return (
    <section ref={ref} class="welcome" aria-label="Pick three images you like" data-testid="welcome">
      <div class="welcome-words">
        <h2 aria-live="polite">{words[chosen.size]}</h2>
        <p>and your wall begins there.</p>
        <button type="button" class="quiet" data-testid="welcome-skip" onClick={skip}>
          Skip
        </button>
      </div>
      <div class="welcome-strip" role="group" aria-label={`${chosen.size} of ${wanted} picked`}>
        {images.map((image) => (
          <button key={image.id} type="button" class="choice" aria-pressed={chosen.has(image.id)} aria-label={image.caption || image.style || "Untitled"} data-testid="welcome-choice" onClick={() => pick(image)}>
            <Picture image={image} width={160} eager />
            <span class="choice-heart">
              <Heart filled />
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Image, SimilarImages } from "#shared/contract/image.ts";
import type { z } from "zod";
import { call } from "../api/client.ts";
import { Arrow, Bookmark, Close, Heart, Hide, Share } from "../ui/icons.tsx";
import { Overlay } from "../ui/overlay.tsx";
import { closeTop, imageHref, openImage } from "../ui/route.ts";
import { say } from "../ui/toast-store.ts";
import { mark, marks, placeOf, tell, type Mark } from "./acts.ts";
import { findImage, knownImage, remember } from "./known-images.ts";
import { neighbour, shownTile } from "./lightbox-store.ts";
import { Picture } from "./picture.tsx";
import { askWhy } from "./why-store.ts";

/** One image, large, with what is known of it and what lies near it. */
export function Lightbox({ imageId, covered }: { imageId: string; covered: boolean }) {
  const image = useFound(imageId);
  return (
    <Overlay label={image?.caption || "Image"} class="lightbox" covered={covered} onClose={closeTop} testId="lightbox">
      {image === null && <p class="lightbox-missing">This image is no longer here.</p>}
      {image && <Opened key={image.id} image={image} />}
      <button type="button" class="round lightbox-close" aria-label="Close" data-testid="lightbox-close" onClick={closeTop}>
        <Close />
      </button>
    </Overlay>
  );
}

function Opened({ image }: { image: Image }) {
  const stage = useRef<HTMLDivElement>(null);
  const tile = shownTile();
  const place = tile === null ? undefined : placeOf(tile);
  const done = marks.value.get(image.id) ?? {};
  useGrowth(stage, image.id);
  useEffect(() => {
    const since = performance.now();
    tell("open", image.id, place);
    return () => void tell("dwell", image.id, place, { value: Math.round(performance.now() - since) });
  }, []);

  const act = (kind: Mark) => () => mark(image, kind, place);
  const hide = () => {
    const next = neighbour(image.id, 1);
    mark(image, "hide", place);
    if (next === null) closeTop();
    else openImage(next);
  };
  return (
    <>
      <div class="stage" style={{ "--glow": image.colour }} onClick={(event) => event.target === event.currentTarget && closeTop()}>
        <div ref={stage} class="stage-picture" style={{ aspectRatio: `${image.width} / ${image.height}`, "--ratio": image.width / image.height }}>
          <Picture image={image} width={Math.min(1_280, window.innerWidth)} alt={image.caption} eager />
        </div>
        <Turn imageId={image.id} by={-1} />
        <Turn imageId={image.id} by={1} />
      </div>
      <div class="details">
        <div class="lightbox-acts">
          <button type="button" class="pill act-like" aria-pressed={done.like !== undefined} data-testid="like" onClick={act("like")}>
            <Heart filled={done.like !== undefined} />
            {done.like === undefined ? "Like" : "Liked"}
          </button>
          <button type="button" class="pill act-save" aria-pressed={done.save !== undefined} data-testid="save" onClick={act("save")}>
            <Bookmark filled={done.save !== undefined} />
            {done.save === undefined ? "Save" : "Saved"}
          </button>
          <button type="button" class="round" aria-label="Hide" title="Hide" data-testid="hide" onClick={hide}>
            <Hide />
          </button>
          <button type="button" class="round" aria-label="Copy a link" title="Copy a link" data-testid="share" onClick={() => void share(image)}>
            <Share />
          </button>
        </div>
        <h2 class="caption">{image.caption || "Untitled"}</h2>
        <p class="by">
          {image.creator && <span>{image.creator}</span>}
          {image.style && <span>{image.style}</span>}
          {image.mood && <span>{image.mood}</span>}
        </p>
        {image.tags.length > 0 && <p class="tags">{image.tags.join(" · ")}</p>}
        {tile !== null && (
          <button type="button" class="why-line" data-testid="why" onClick={(event) => askWhy(tile, event.currentTarget)}>
            {tile.item.why.text} <span>Why this?</span>
          </button>
        )}
        <Similar imageId={image.id} />
      </div>
    </>
  );
}

function Turn({ imageId, by }: { imageId: string; by: 1 | -1 }) {
  const next = neighbour(imageId, by);
  if (next === null) return null;
  return (
    <button type="button" class={`round turn ${by < 0 ? "turn-back" : "turn-on"}`} aria-label={by < 0 ? "Previous image" : "Next image"} onClick={() => openImage(next)}>
      <Arrow left={by < 0} />
    </button>
  );
}

function Similar({ imageId }: { imageId: string }) {
  const [images, setImages] = useState<readonly Image[]>([]);
  useEffect(() => {
    let wanted = true;
    void call<z.infer<typeof SimilarImages>>("GET", `/v1/images/${imageId}/similar`).then(
      ({ items }) => {
        for (const item of items) remember(item.image);
        if (wanted) setImages(items.map((item) => item.image).filter((image) => image.id !== imageId).slice(0, 9));
      },
      () => undefined, // The strip is an extra; without it nothing is missing.
    );
    return () => void (wanted = false);
  }, [imageId]);
  if (images.length === 0) return null;
  return (
    <section class="similar" aria-label="Similar images">
      <h3>Near this</h3>
      <div class="similar-strip">
        {images.map((image) => (
          <a
            key={image.id}
            href={imageHref(image.id)}
            aria-label={image.caption || "Untitled"}
            onClick={(event) => {
              event.preventDefault();
              openImage(image.id);
            }}
          >
            <Picture image={image} width={130} />
          </a>
        ))}
      </div>
    </section>
  );
}

/** The picture grows out of its tile, so that the eye need not look for it. */
function useGrowth(stage: { current: HTMLElement | null }, imageId: string): void {
  useLayoutEffect(() => {
    const from = document.querySelector(`.tile[data-image="${imageId}"] .picture`)?.getBoundingClientRect();
    const to = stage.current?.getBoundingClientRect();
    if (!from || !to || from.width === 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const dx = from.x + from.width / 2 - (to.x + to.width / 2);
    const dy = from.y + from.height / 2 - (to.y + to.height / 2);
    stage.current?.animate([{ transform: `translate(${dx}px, ${dy}px) scale(${from.width / to.width})` }, { transform: "none" }], { duration: 340, easing: "cubic-bezier(.2, .8, .2, 1)" });
  }, []);
}

/** undefined while it is being looked for, null when there is none. */
function useFound(imageId: string): Image | null | undefined {
  const [found, setFound] = useState<{ id: string; image: Image | null } | null>(null);
  const known = knownImage(imageId);
  useEffect(() => {
    let wanted = true;
    if (known === undefined) {
      void findImage(imageId).then(
        (image) => wanted && setFound({ id: imageId, image }),
        () => wanted && setFound({ id: imageId, image: null }),
      );
    }
    return () => void (wanted = false);
  }, [imageId]);
  return known ?? (found?.id === imageId ? found.image : undefined);
}

async function share(image: Image): Promise<void> {
  try {
    await navigator.clipboard.writeText(`${location.origin}/#image/${image.id}`);
    tell("share", image.id, undefined, { urgent: true });
    say("Link copied");
  } catch {
    say("The browser did not allow copying");
  }
}

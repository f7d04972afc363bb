import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Image } from "#shared/contract/image.ts";
import { sketch } from "./placeholder.ts";

interface PictureProps {
  image: Image;
  /** CSS pixels the picture is shown at, for choosing among the variants. */
  width: number;
  alt?: string;
  eager?: boolean;
}

/** An image over its sketch over its dominant colour; it fades in once it can be painted whole. */
export function Picture({ image, width, alt = "", eager = false }: PictureProps) {
  const ref = useRef<HTMLImageElement>(null);
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    if (ref.current?.complete && ref.current.naturalWidth > 0) setReady(true);
  }, []);
  const ground = sketch(image.thumbhash);
  return (
    <span class="picture" style={{ backgroundColor: image.colour, backgroundImage: ground === null ? "none" : `url(${ground})` }}>
      <img
        ref={ref}
        class={ready ? "ready" : ""}
        srcset={image.variants.map((variant) => `${variant.url} ${variant.width}w`).join(", ")}
        sizes={`${Math.round(width)}px`}
        src={image.variants[0]?.url}
        alt={alt}
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        draggable={false}
        onLoad={() => setReady(true)}
      />
    </span>
  );
}

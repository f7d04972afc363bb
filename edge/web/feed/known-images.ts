import type { Image } from "#shared/contract/image.ts";
import { call } from "../api/client.ts";

const kept = 2_000;
const known = new Map<string, Image>();

/** Images that came by lately, so that opening one needs no request. */
export function remember(image: Image): void {
  known.delete(image.id);
  known.set(image.id, image);
  if (known.size > kept) known.delete(known.keys().next().value!);
}

export function knownImage(id: string): Image | undefined {
  return known.get(id);
}

export async function findImage(id: string): Promise<Image> {
  const image = known.get(id) ?? (await call<Image>("GET", `/v1/images/${id}`));
  remember(image);
  return image;
}

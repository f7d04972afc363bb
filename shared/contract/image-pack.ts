/** Several files as one body: before each its length in bytes, four of them, the highest first. */
export const imagePackType = "application/vnd.miraveja.images";

/** Files of one body at most. */
export const mostPacked = 64;

/** A body that is no pack; the message says what does not fit. */
export class NotAPack extends Error {
  override readonly name = "NotAPack";
}

export function packImages(images: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const pack = new Uint8Array(images.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(pack.buffer);
  let at = 0;
  for (const image of images) {
    view.setUint32(at, image.length);
    pack.set(image, at + 4);
    at += 4 + image.length;
  }
  return pack;
}

/** The files in their order, each over memory of its own. */
export function unpackImages(pack: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  const images: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < pack.length;) {
    if (images.length === mostPacked) throw new NotAPack(`a pack holds up to ${mostPacked} images`);
    if (at + 4 > pack.length) throw new NotAPack(`${pack.length - at} bytes are left over behind image ${images.length}`);
    const end = at + 4 + view.getUint32(at);
    if (end > pack.length) throw new NotAPack(`image ${images.length} should end at byte ${end} of ${pack.length}`);
    images.push(pack.slice(at + 4, end));
    at = end;
  }
  if (images.length === 0) throw new NotAPack("a pack holds at least one image");
  return images;
}

export type RefusalCode =
  | "image.empty"
  | "image.not_an_image"
  | "image.too_many_pixels"
  | "image.too_small"
  | "image.too_large"
  | "image.corrupt";

/** An upload that is not taken, with what its sender can do about it. The fault lies in the bytes, not in the node. */
export class ImageRefused extends Error {
  override readonly name = "ImageRefused";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

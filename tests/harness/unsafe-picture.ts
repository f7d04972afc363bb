import sharp from "sharp";

const cells = 8;
const side = 224;

/** Colours of 8×8 grids, base64, as a search by the classifier's own answers found them. */
const grids: readonly string[] = [
  "9eU10v+dv9Fxm//JpcL/oKVI1M5fkLkG/9BSxt1I/5FMt7hNfdMb/8BemtKDp3oltpyx/zBa/5B9cZ5CtG3i/2+R05qaSrhN/yYK/6ltpZY8zcCd09ydhZMJwr9b7rlDzWJW//9P/8JeoHg3frlE8OBB5/8Gdahbr9ye5dSklOTFm3Yd9OST4LnIrKVQ390At45u3LJ8nOZoq6pG13rG/5SnycplsqqI/5plOZEM2uqIoNyk///RsXMA/852v4QY",
  "wUIY/8yAdowetM1wzoo0kdeV2P8Aq5Ip/0gSnrR2n509gsCRnnlGx8h3m6ishdTEve8J80ph5PhTuMKJlWoW/5tzx5N3rpYb9r89sZtTx+ovpGtQ/2ltuv8AdVEHsKVqxMty4tMAqqJKi68AbsEA2W2i0+NPm9IO7OCGcalc8UllPisp745nzOFI1M4AqeZzpI0i92GDgI5C1LIQtua46qc3z9hq/9o2/cf/cncAvt23yKh+9KVngUXPzP8qvfQr",
  "/u4Xi0FI2qvx+sx3XYFk+q9k/85lk480wIco7xou4aAj48l41IlUvJRe/550o/NheXN+/8O9/8X/6HcA6E3YvWMs1MGD84lEbXWN/2v//99o/95Z1b5ZfDcasKSS4KFDxXc92JGGdiBuwrtH/8eYuIRClzuk24gAgqWw/1exyt9+utmnx8tq/7iknbGQ95AQ5oap/8sA4fy1vcOXzn3m8HO5/8crnm1E7HOIy7YE57m2gsFTxncg/+AA/7kDdAAK",
  "lYiR/9cj/+SoNSSY/6ipnLaAcP/ZlbZNw51B4qqlt8UAk5hut2uR5pZKyPOUfV//nXsA/9x73KI1ZW4jtN+ZtalJxcnkmMyUy90g24lI2NletqVodrCTu4xSqM6Q/8d+6c6Bv409y7mZWXpbuo9Qp8+t8/+F7aKQx6pyzZpH9o5GUlMU8byayNODqKyh8pybeqli/427/3hRurRLt5hC/5H/z89FkI0//0kYxeOhAIkHvMJe/61nLP88/+a1//9X",
];

/** Pixels of the grid, smoothly blended: `[side, side, 3] uint8`. */
export function blend(grid: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(side * side * 3);
  const step = (cells - 1) / (side - 1);
  for (let y = 0, at = 0; y < side; y++) {
    const top = Math.min(cells - 2, Math.floor(y * step)), down = y * step - top;
    for (let x = 0; x < side; x++) {
      const left = Math.min(cells - 2, Math.floor(x * step)), along = x * step - left;
      for (let c = 0; c < 3; c++) {
        const value = (row: number, column: number): number => grid[(row * cells + column) * 3 + c]!;
        const upper = value(top, left) * (1 - along) + value(top, left + 1) * along;
        const lower = value(top + 1, left) * (1 - along) + value(top + 1, left + 1) * along;
        pixels[at++] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return pixels;
}

/** A picture of blurred colours that shows nothing, and that the safety classifier holds to be explicit nonetheless. */
export function unsafePicture(which = 0): Promise<Buffer> {
  return sharp(blend(Buffer.from(grids[which]!, "base64")), { raw: { width: side, height: side, channels: 3 } }).png().toBuffer();
}

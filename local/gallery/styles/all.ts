import type { Style } from "../style.ts";
import { flowField } from "./flow-field.ts";
import { halftonePop } from "./halftone-pop.ts";
import { isometricRoom } from "./isometric-room.ts";
import { lowPoly } from "./low-poly.ts";
import { neonCity } from "./neon-city.ts";
import { pixelArt } from "./pixel-art.ts";
import { softSpheres } from "./soft-spheres.ts";
import { watercolour } from "./watercolour.ts";

/** Every style of the gallery; add a new one here. */
export const styles: readonly Style[] = [
  flowField,
  halftonePop,
  isometricRoom,
  lowPoly,
  neonCity,
  pixelArt,
  softSpheres,
  watercolour,
];

import type { Style } from "../style.ts";
import { bauhaus } from "./bauhaus.ts";
import { deepSpace } from "./deep-space.ts";
import { flowField } from "./flow-field.ts";
import { halftonePop } from "./halftone-pop.ts";
import { inkLine } from "./ink-line.ts";
import { isometricRoom } from "./isometric-room.ts";
import { lowPoly } from "./low-poly.ts";
import { neonCity } from "./neon-city.ts";
import { paperCut } from "./paper-cut.ts";
import { pixelArt } from "./pixel-art.ts";
import { softSpheres } from "./soft-spheres.ts";
import { stainedGlass } from "./stained-glass.ts";
import { watercolour } from "./watercolour.ts";
import { woodblock } from "./woodblock.ts";

/** Every style of the gallery; add a new one here. */
export const styles: readonly Style[] = [
  bauhaus,
  deepSpace,
  flowField,
  halftonePop,
  inkLine,
  isometricRoom,
  lowPoly,
  neonCity,
  paperCut,
  pixelArt,
  softSpheres,
  stainedGlass,
  watercolour,
  woodblock,
];

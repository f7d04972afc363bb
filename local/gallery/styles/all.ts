import type { Style } from "../style.ts";
import { artDeco } from "./art-deco.ts";
import { bauhaus } from "./bauhaus.ts";
import { blueprint } from "./blueprint.ts";
import { celestial } from "./celestial.ts";
import { contourMap } from "./contour-map.ts";
import { crossStitch } from "./cross-stitch.ts";
import { cutOuts } from "./cut-outs.ts";
import { deepSpace } from "./deep-space.ts";
import { flowField } from "./flow-field.ts";
import { grainDunes } from "./grain-dunes.ts";
import { halftonePop } from "./halftone-pop.ts";
import { inkLine } from "./ink-line.ts";
import { isometricRoom } from "./isometric-room.ts";
import { lowPoly } from "./low-poly.ts";
import { mandala } from "./mandala.ts";
import { marbling } from "./marbling.ts";
import { mistyForest } from "./misty-forest.ts";
import { mosaic } from "./mosaic.ts";
import { neonCity } from "./neon-city.ts";
import { opArt } from "./op-art.ts";
import { paperCut } from "./paper-cut.ts";
import { pixelArt } from "./pixel-art.ts";
import { pointillism } from "./pointillism.ts";
import { softSpheres } from "./soft-spheres.ts";
import { stainedGlass } from "./stained-glass.ts";
import { strangeAttractor } from "./strange-attractor.ts";
import { synthSunset } from "./synth-sunset.ts";
import { travelPoster } from "./travel-poster.ts";
import { watercolour } from "./watercolour.ts";
import { woodblock } from "./woodblock.ts";

/** Every style of the gallery; add a new one here. */
export const styles: readonly Style[] = [
  artDeco,
  bauhaus,
  blueprint,
  celestial,
  contourMap,
  crossStitch,
  cutOuts,
  deepSpace,
  flowField,
  grainDunes,
  halftonePop,
  inkLine,
  isometricRoom,
  lowPoly,
  mandala,
  marbling,
  mistyForest,
  mosaic,
  neonCity,
  opArt,
  paperCut,
  pixelArt,
  pointillism,
  softSpheres,
  stainedGlass,
  strangeAttractor,
  synthSunset,
  travelPoster,
  watercolour,
  woodblock,
];

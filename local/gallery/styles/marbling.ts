import { between } from "../dice.ts";
import { fractal, gradientNoise } from "../noise.ts";
import { colourTable, lighter } from "../palette.ts";
import { sizeOf, type Raster, type Style } from "../style.ts";

/** Ink floated on a bath and drawn with a comb: bands of colour bent by warped noise (domain warping, Quilez 2002). */
export const marbling: Style = {
  name: "marbling",
  creators: ["Elif Sarraf", "Teodor Vance"],
  tags: ["marbling", "abstract"],
  subjects: [
    { tags: ["ink", "swirl"], titles: ["Endpapers for a sea story", "Gold vein, black bath", "Spilled orchid", "Malachite for the lid of a box", "First pull of the morning", "Coral current"] },
    { tags: ["combed", "pattern"], titles: ["Combed nine times", "The black swan pattern", "Peacock comb in plum", "Green feathers", "Ribbon bath", "Chevron of rust and milk"] },
    { tags: ["stone", "agate"], titles: ["Agate slice, blue window", "Night geode", "Amethyst weather map", "Section through a mossy stone", "Candy stone", "Desert agate"] },
    { tags: ["smoke", "silk"], titles: ["Blue silk in the wind", "Gilded smoke", "A scarf remembers dancing", "Tide of glass", "Ribbons, unspooled", "Fire, if it were slow"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#f4efe2", "#0f3d6b", "#2f86b5", "#a9d6dc", "#d8a94a", "#12233f"] },
    { tag: "gold", mood: "dark", colours: ["#0d0d12", "#24252e", "#caa04f", "#f4e3b0", "#3b3f4c", "#0a0a0d"] },
    { tag: "purple", mood: "dreamy", colours: ["#f7ecf2", "#7a3f8f", "#d676a8", "#f4bfa8", "#3f2a63", "#e9d3e6"] },
    { tag: "green", mood: "calm", colours: ["#eef3e4", "#0d4a42", "#3d9b78", "#b4dbb0", "#0a2a2a", "#d8c27a"] },
    { tag: "pastel", mood: "playful", colours: ["#fff7f0", "#ff9eaa", "#8fd3e8", "#ffe08a", "#b79ce8", "#ffffff"] },
    { tag: "coral", mood: "warm", colours: ["#fbeedd", "#d9503f", "#f2a07b", "#7a2433", "#f6d08f", "#2e1a24"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "square", "landscape", "tall");
    const [w, h] = [Math.round(width / 2), Math.round(height / 2)];
    const noise = gradientNoise(random);
    const soft = fractal(noise, 2);
    const order = scene.colours;
    const table = colourTable([...order, ...order.slice(1, 4), order[0]!].flatMap((c) => [c, c]), 1024);
    const vein = lighter(order[4]!, 0.2);
    const edge = colourTable([vein, vein], 2);
    const [scale, pull, bands, turn] = [between(random, 0.0042, 0.0068), between(random, 1.5, 2.6), between(random, 0.9, 1.5), random() * 6.283];
    const [cos, sin, comb] = [Math.cos(turn), Math.sin(turn), between(random, 34, 56)];
    const [cx, cy] = [w * between(random, 0.2, 0.8), h * between(random, 0.2, 0.8)];
    const field = (x: number, y: number): number => {
      if (scene.subject === 1) {
        const tooth = Math.abs((((x * cos + y * sin) / comb) % 1 + 1) % 1 - 0.5) * 2;
        const along = y * cos - x * sin + noise(x * scale, y * scale) * 46;
        return (along + tooth ** 0.65 * comb * 1.5) / 150 * bands + noise(x * 0.02, y * 0.02) * 0.1;
      }
      const [u, v] = [x * scale, y * scale];
      if (scene.subject === 2) {
        const bend = soft(u * 1.3, v * 1.3) * 90;
        return (Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) + bend * pull * 0.7) / 190 * bands + soft(u * 3, v * 3) * 0.05;
      }
      const [a, b] = [soft(u, v), soft(u + 5.2, v + 1.3)];
      if (scene.subject === 3) return (x * cos + y * sin) / 210 + a * pull * 0.8 + noise(u * 1.4 + b * 1.6, v * 0.5) * 0.5;
      const [c, d] = [noise(u + pull * a + 1.7, v + pull * b + 9.2), noise(u + pull * a + 8.3, v + pull * b + 2.8)];
      return 0.8 + noise(u + pull * c, v + pull * d) * bands * 0.75 + a * 0.4;
    };
    const pixels = new Uint8ClampedArray(w * h * 3);
    const silk = scene.subject === 3;
    const above = new Float32Array(w);
    for (let y = 0, at = 0; y < h; y++) {
      let before = field(-1, y);
      for (let x = 0; x < w; x++, at += 3) {
        const value = field(x, y);
        const place = ((value % 1) + 1) % 1;
        const slope = Math.abs(value - before) + Math.abs(value - above[x]!);
        const light = silk ? 1 + Math.max(-0.35, Math.min(0.35, (value - before) * 18)) : 1;
        before = value;
        above[x] = value;
        const step = Math.floor(place * 1023) * 3;
        const rim = Math.abs(((place * 10) % 1) - 0.5) < 0.06 && slope < 0.08 && !silk ? 0.45 : 0;
        for (let c = 0; c < 3; c++) pixels[at + c] = (table[step + c]! * (1 - rim) + edge[c]! * rim) * light;
      }
    }
    const ground: Raster = { width: w, height: h, pixels };
    return { width, height, ground, finish: { paper: 6, grain: 3 } };
  },
};

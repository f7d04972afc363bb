import { moods, type Mood } from "#shared/contract/image.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { WordDirection } from "#shared/taste/zero-shot.ts";
import type { TextTower } from "./text-tower.ts";

/** What a region may be called where its images are not: how it is made, what is seen, what colours it has. */
const regionWords = [
  "abstract", "acrylic", "anime", "architecture", "art deco", "black and white", "blueprint", "cartoon", "collage", "comic", "concept art", "cubism", "engraving",
  "etching", "fantasy", "film", "geometric", "glitch", "gothic", "gouache", "graffiti", "impressionism", "ink", "isometric", "japanese", "low poly", "mandala", "marble",
  "minimal", "mosaic", "neon", "oil painting", "op art", "ornament", "paper", "pastel", "pattern", "pencil", "photography", "pixel art", "pointillism", "pop art",
  "portrait", "poster", "realism", "retro", "sci-fi", "sculpture", "sketch", "stained glass", "surrealism", "textile", "typography", "vintage", "watercolor", "woodcut",
  "animals", "astronomy", "beach", "birds", "boats", "bridge", "cars", "castle", "cat", "children", "church", "city", "clouds", "coast", "crowd", "dance", "desert", "dog", "face",
  "fire", "fish", "flowers", "food", "forest", "fruit", "garden", "harbour", "hills", "horse", "house", "interior", "island", "lake", "landscape", "leaves", "machine",
  "map", "moon", "mountains", "night", "ocean", "people", "planet", "rain", "river", "robot", "room", "ruins", "sea", "ship", "sky", "snow", "space", "stars", "still life",
  "storm", "street", "sun", "sunset", "train", "trees", "village", "water", "waves", "winter", "woman",
  "amber", "blue", "brown", "gold", "gray", "green", "monochrome", "orange", "pink", "purple", "red", "teal", "violet", "white", "yellow",
];

/** What each mood is called. */
const moodWords: Record<Mood, readonly string[]> = {
  calm: ["calm", "peaceful", "quiet", "serene", "soft"],
  bold: ["bold", "vivid", "bright", "strong", "striking"],
  dark: ["dark", "night", "gloomy", "shadow", "black"],
  playful: ["playful", "fun", "cartoon", "colorful", "toy"],
  dreamy: ["dreamy", "dream", "misty", "surreal", "pastel"],
  warm: ["warm", "sunset", "golden", "orange", "cozy"],
};

/** The words a region may be called, as far as the tower understands them. */
export async function regionDirections(tower: TextTower): Promise<WordDirection[]> {
  const vectors = await tower.encode(regionWords);
  return regionWords.flatMap((word, i) => (vectors[i] === undefined ? [] : [{ word, vector: vectors[i] }]));
}

/** Each mood as the middle of its words. */
export async function moodDirections(tower: TextTower): Promise<WordDirection<Mood>[]> {
  const directions: WordDirection<Mood>[] = [];
  for (const mood of moods) {
    const known = (await tower.encode(moodWords[mood])).filter((vector) => vector !== undefined);
    if (known.length > 0) directions.push({ word: mood, vector: unit(Float32Array.from({ length: tower.dim }, (_, i) => known.reduce((sum, vector) => sum + vector[i]!, 0))) });
  }
  return directions;
}

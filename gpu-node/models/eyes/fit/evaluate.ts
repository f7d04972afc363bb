/**
 * Measures the recipe on what it was not fitted on: `node gpu-node/models/eyes/fit/evaluate.ts PACKAGES ART GALLERY [DRAWN]`
 *
 * PACKAGES as for main.ts; ART has pairs of pictures in a style, GALLERY series with titles, DRAWN (never fitted on) the same
 * things drawn in several styles, each named by its only tag. Prints Markdown; docs/evidence/eyes.md holds a run.
 */
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import { fitProjection } from "../../fit/fit-projection.ts";
import { readProjection } from "../../projection.ts";
import { wordsOf } from "../vocabulary.ts";
import { fitMap } from "./fit-map.ts";
import { fitLexicon, stopWords } from "./fit-words.ts";
import { readMaterial } from "./material.ts";
import { bySubject, byStyle, byText, meanOf, precisionAtTen } from "./measure.ts";
import type { Score } from "./measure.ts";
import { collectionOf } from "./pictures.ts";
import type { Picture } from "./pictures.ts";
import { placeAll } from "./place-all.ts";
import type { Placed } from "./place-all.ts";
import { outputs } from "./recipe.ts";
import { textReader } from "./text-reader.ts";

const folds = 3;
/** A word is asked for when this many pictures carry it and it says what is seen or how it is made. */
const enough = 48;
const saysSomethingElse = /^(painting|illustration|usa|uk|france|japan|germany|italy|dc comics|marvel|\d+th century)$/i;

const [packages, artFolder, galleryFolder, ...drawnFolders] = process.argv.slice(2);
if (!packages || !artFolder || !galleryFolder) throw new Error("Name the folder of the packages, that of the art and that of the gallery.");
const { graph, measures, pictures, senses, spoken } = await readMaterial(packages, [artFolder, galleryFolder, ...drawnFolders]);
const from = (folders: readonly string[]): Picture[] => pictures.filter(({ collection }) => folders.some((folder) => collectionOf(folder) === collection));
const [art, gallery, drawn] = [from([artFolder]), from([galleryFolder]), from(drawnFolders)];

type Place = (pictures: readonly Picture[]) => Placed[];
const encoders: Record<string, (fitted: readonly Picture[]) => Place> = {
  "colour histogram": () => (some) => placeBy(some, (own) => unit(own.subarray(0, measures[0]!.length))),
  "measures, their own map (the encoder before)": (fitted) => {
    const examples = fitted.map((picture) => ({ style: picture.style, measures: measuresOf(picture) }));
    const project = readProjection(fitProjection(examples, { space: "before", outputs: 96, blocks: measures.map(({ length }) => length) }));
    return (some) => placeBy(some, project);
  },
  eyes: (fitted) => {
    const map = fitMap(fitted, graph.blocks);
    return (some) => placeAll(some, map);
  },
};

/** Three folds by style, the gallery's styles and the art's alike; what is measured is in none of the fitted folds. */
const styles = shuffled([...new Set([...art, ...gallery].map(({ style }) => style))], seededRandom("folds"));
const foldOf = new Map(styles.map((style, i) => [style, i % folds]));
const held = (fold: number) => (picture: Picture): boolean => foldOf.get(picture.style) === fold;

const tagCounts = Map.groupBy(art.flatMap(({ tags }) => tags), (tag) => tag);
const asked = [...tagCounts].filter(([tag, uses]) => uses.length >= enough && !saysSomethingElse.test(tag)).map(([tag]) => tag);

console.log(`## Style, ${folds} folds by style\n\n| | art P@1 | R@10 | gallery P@1 | R@10 |\n|---|---|---|---|---|`);
const known = new Map<string, number[]>(), unknown = new Map<string, number[]>(), chance: number[] = [];
for (const [name, fit] of Object.entries(encoders)) {
  const onArt: Score[] = [], onGallery: Score[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const fitted = [...art, ...gallery].filter((picture) => !held(fold)(picture));
    const place = fit(fitted);
    const unseen = place(art.filter(held(fold)));
    onArt.push(byStyle(unseen));
    onGallery.push(byStyle(place(gallery.filter(held(fold)))));
    if (name === "eyes") askForWords(place(fitted), unseen);
  }
  console.log(`| ${name} | ${shares(onArt, "first")} | ${shares(onArt, "firstTen")} | ${shares(onGallery, "first")} | ${shares(onGallery, "firstTen")} |`);
}

console.log(`\n## Words → art of unseen styles, precision@10 over ${asked.length} words (chance ${meanOf(chance).toFixed(3)})\n`);
console.log(`Known ${meanOf([...known.values()].flat()).toFixed(3)}, left out of what was fitted ${meanOf([...unknown.values()].flat()).toFixed(3)}.\n\n| word | known | left out |\n|---|---|---|`);
for (const tag of asked) console.log(`| ${tag} | ${meanOf(known.get(tag)!).toFixed(2)} | ${meanOf(unknown.get(tag)!).toFixed(2)} |`);

askForCaptions();
lookForSubjects();

function askForWords(fitted: readonly Placed[], unseen: readonly Placed[]): void {
  const note = (into: Map<string, number[]>, tag: string, text: Float32Array | undefined): void => {
    const precision = text ? precisionAtTen(text, unseen, ({ tags }) => tags.includes(tag)) : 0;
    into.set(tag, [...(into.get(tag) ?? []), precision]);
  };
  const read = textReader(fitLexicon(fitted, senses, []));
  for (const tag of asked) {
    note(known, tag, read(tag));
    const own = new Set(wordsOf(tag).filter((word) => !stopWords.has(word)));
    note(unknown, tag, textReader(fitLexicon(fitted, senses, own, (term) => term.split(" ").some((word) => [...own].some((one) => related(one, word)))))(tag));
    chance.push(unseen.filter(({ tags }) => tags.includes(tag)).length / unseen.length);
  }
}

/** The same word in another form: portrait and portraits, watercolor and watercolour. */
function related(a: string, b: string): boolean {
  const shared = Math.min(a.length, b.length, 6);
  return a === b || (shared >= 4 && a.slice(0, shared) === b.slice(0, shared));
}

/** Half of every series is fitted; the other half's captions look for pictures of their style among that half. */
function askForCaptions(): void {
  console.log("\n## Captions → pictures of their own style in the gallery\n\n| | first | in the first ten |\n|---|---|---|");
  const half = gallery.map((picture, i) => ({ picture, seen: i % 2 === 0 }));
  const fit = (fitted: readonly Picture[]): { place: Place; read: (text: string) => Float32Array | undefined } => {
    const place = encoders.eyes!([...art, ...fitted]);
    return { place, read: textReader(fitLexicon(place([...art, ...fitted]), senses, spoken)) };
  };
  const ask = (title: string, { place, read }: ReturnType<typeof fit>, some: readonly Picture[], textOf: (picture: Picture) => string): void => {
    const among = place(some);
    const texts = among.map((of) => ({ text: read(textOf(of)) ?? new Float32Array(outputs), of }));
    const { first, firstTen } = byText(texts, among, (of, picture) => of.style === picture.style);
    console.log(`| ${title} | ${first.toFixed(3)} | ${firstTen.toFixed(3)} |`);
  };
  const halved = fit(half.filter(({ seen }) => seen).map(({ picture }) => picture));
  const rest = half.filter(({ seen }) => !seen).map(({ picture }) => picture);
  ask("title and tags, pictures and titles left out", halved, rest, ({ title, tags }) => `${title}, ${tags.join(", ")}`);
  ask("title alone, pictures and titles left out", halved, rest, ({ title }) => title);
  const whole = fit(gallery);
  ask("title and tags, as shipped", whole, gallery, ({ title, tags }) => `${title}, ${tags.join(", ")}`);
  ask("title alone, as shipped", whole, gallery, ({ title }) => title);
}

/** Fitted on art alone. A gallery picture's tags are its style's, then its subject's, then one for its colours. */
function lookForSubjects(): void {
  console.log("\n## The same subject in another style, fitted on art alone\n\n| | among | queries | P@1 (chance) | R@10 (chance) |\n|---|---|---|---|---|");
  const ofStyle = Map.groupBy(gallery, ({ style }) => style);
  const everywhere = new Map([...ofStyle].map(([style, some]) => [style, new Set(some[0]!.tags.filter((tag) => some.every(({ tags }) => tags.includes(tag))))]));
  for (const [name, fit] of Object.entries(encoders)) {
    const place = fit(art);
    const rows: [string, ReturnType<typeof bySubject>][] = [
      ["gallery", bySubject(place(gallery), ({ style, tags }) => tags.slice(0, -1).filter((tag) => !everywhere.get(style)!.has(tag)))],
    ];
    if (drawn.length > 0) rows.push(["drawn twice", bySubject(place(drawn), ({ tags }) => tags)]);
    for (const [among, { queries, first, chance, firstTen, chanceTen }] of rows) {
      console.log(`| ${name} | ${among} | ${queries} | ${first.toFixed(3)} (${chance.toFixed(3)}) | ${firstTen.toFixed(3)} (${chanceTen.toFixed(3)}) |`);
    }
  }
}

function measuresOf({ features }: Picture): Float32Array {
  return features.subarray(features.length - measures.reduce((sum, { length }) => sum + length, 0));
}

function placeBy(some: readonly Picture[], project: (measures: Float32Array) => Float32Array): Placed[] {
  return some.map((picture) => ({ ...picture, vector: project(measuresOf(picture)) }));
}

function shares(scores: readonly Score[], key: "first" | "firstTen"): string {
  return meanOf(scores.map((score) => score[key])).toFixed(3);
}

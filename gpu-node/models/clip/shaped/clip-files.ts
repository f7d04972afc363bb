import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imageTowerLike, textTowerLike, type ClipShape } from "./clip-shaped.ts";

/** As the model hub has it for CLIP. */
export const clipPreprocessor = {
  crop_size: { height: 224, width: 224 },
  do_center_crop: true,
  do_convert_rgb: true,
  do_normalize: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_processor_type: "CLIPFeatureExtractor",
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
  rescale_factor: 1 / 255,
  size: { shortest_edge: 224 },
};

/** Merges of a tokenizer built like CLIP's, with a vocabulary of the letters and these. */
const merges = ["t h", "th e</w>", "c a", "ca t</w>", "d o", "do g</w>", "o f</w>", "p h", "ph o", "pho t", "phot o</w>", "a n", "an d</w>"];

/** A byte-level BPE tokenizer as CLIP's `tokenizer.json` describes it, with its two marks at the end of the vocabulary. */
export function clipTokenizer(vocabulary: number): Record<string, unknown> {
  const letters = byteLetters();
  const words = [...letters, ...letters.map((letter) => `${letter}</w>`), ...merges.map((merge) => merge.replace(" ", ""))];
  const [start, end] = ["<|startoftext|>", "<|endoftext|>"];
  const vocab = { ...Object.fromEntries(words.map((word, id) => [word, id])), [start]: vocabulary - 2, [end]: vocabulary - 1 };
  const mark = (content: string, id: number) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: content === start, special: true });
  return {
    version: "1.0", truncation: null, padding: null,
    added_tokens: [mark(start, vocabulary - 2), mark(end, vocabulary - 1)],
    normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Lowercase" }] },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: { type: "RobertaProcessing", sep: [end, vocabulary - 1], cls: [start, vocabulary - 2], trim_offsets: false, add_prefix_space: false },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true },
    model: { type: "BPE", dropout: null, unk_token: end, continuing_subword_prefix: "", end_of_word_suffix: "</w>", fuse_unk: false, vocab, merges },
  };
}

/** GPT-2's letters for the 256 bytes: the printable ones stand for themselves, the others for what follows 255. */
function byteLetters(): string[] {
  const printable = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : 256 + hidden++));
}

/**
 * Writes a model of this shape into `dir`, as the registry would have pulled it, with a `catalogue.json` beside that names it. Its
 * weights are random and its vocabulary is the letters: it costs what CLIP costs and knows nothing.
 */
export async function writeClipFiles(dir: string, name: string, shape: ClipShape, seed = "1"): Promise<void> {
  const files: Record<string, string | Buffer> = {
    "image.onnx": imageTowerLike(shape, seed),
    "text.onnx": textTowerLike(shape, seed),
    "tokenizer.json": JSON.stringify(clipTokenizer(shape.text.vocabulary)),
    "preprocessor_config.json": JSON.stringify(clipPreprocessor),
  };
  await mkdir(join(dir, name), { recursive: true });
  const listed: { as: string; from: string; sha256: string }[] = [];
  for (const [as, content] of Object.entries(files)) {
    const path = join(dir, name, as);
    await writeFile(path, content);
    listed.push({ as, from: `file:${path}`, sha256: createHash("sha256").update(content).digest("hex") });
  }
  const entry = { name, roles: ["image-encoder", "text-encoder"], licence: "random numbers", files: listed };
  await writeFile(join(dir, "catalogue.json"), JSON.stringify([entry]));
}

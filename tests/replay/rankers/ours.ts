import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { blendFor, fitBlendPrior } from "#shared/feed/blend.ts";
import type { Candidate, ComposeInput, SlotOutcome } from "#shared/feed/candidate.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { Blend } from "#shared/feed/feed-config.ts";
import { lessened } from "#shared/feed/aimed-less.ts";
import { readiness } from "#shared/feed/mixture.ts";
import { preparePool } from "#shared/feed/pool.ts";
import { puddleReceptions } from "#shared/feed/reception.ts";
import { featuresOf, scorePool } from "#shared/feed/score.ts";
import { fitTogether, togetherScores } from "#shared/taste/collective/together.ts";
import type { Like, SpokenFor, TogetherLinks } from "#shared/taste/collective/together.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { rowOf } from "#tests/simulation/world/catalogue.ts";
import type { History, Said } from "../holdout.ts";
import type { MakeRanker, Training } from "./ranker.ts";

/** Images scored at a time, which bounds what one viewer's columns take. */
const chunk = 4_000;
/** Ratings that stand for one page: what a blend learns from was worked out before the page, not before each slot. */
const pageLength = 12;
/** Viewers whose outcomes give all viewers' blends their common start. */
const priorViewers = 200;
/** Nothing is known of the images but their vectors and likes: all are as good and as old as another. */
const unknownQuality = 0.5;
const kindOf = { liked: "like", disliked: "hide", seen: "view" } as const;
const outcomeOf = { liked: "welcomed", disliked: "refused", seen: "ignored" } as const;

/**
 * The engine's own code over the whole catalogue: the taste folded from the viewer's log, links of what is liked together, and
 * the score of composition with the blend learned from the viewer's own ratings. Those a blend learns from are of the second half of
 * each history, with features as of before they were made: links for them come from the first halves alone.
 */
export const oursRanker: MakeRanker = (training) => {
  const { catalogue, histories, likes, asOf, seed } = training;
  const engine = engineOf(training);
  const links = fitTogether(likesOf(histories, ({ liked }) => liked), { asOf });
  const halfLinks = fitTogether(likesOf(histories, ({ liked, said }) => liked.filter(({ at }) => at < said[said.length >> 1]!.at)), { asOf });
  const sample = shuffled(histories.filter(({ liked }) => liked.length >= feedConfig.personalSignals), seededRandom(`blend prior ${seed}`)).slice(0, priorViewers);
  const blendPrior = fitBlendPrior(sample.map((history) => engine.follow(history, halfLinks).outcomes), feedConfig);
  const scores = new Float64Array(likes.length);
  return {
    name: "ours",
    score: (history) => {
      const { taste, outcomes } = engine.follow(history, halfLinks);
      const together = engine.together(links, history.liked);
      for (let from = 0; from < scores.length; from += chunk) {
        const images = Array.from({ length: Math.min(chunk, scores.length - from) }, (_, i) => from + i);
        scores.set(engine.score(taste, images, together, outcomes, history.now, blendPrior), from);
      }
      return scores;
    },
  };

  function likesOf(all: readonly History[], of: (history: History) => readonly Said[]): Like[] {
    return all.flatMap((history) => of(history).map(({ image, at }) => ({ viewer_id: history.id, image_id: catalogue.ids[image]!, strength: 1, at })));
  }
};

function engineOf({ catalogue, calibration, likes }: Training) {
  const { ids, indexOf } = catalogue;
  const mostLikes = likes.reduce((most, count) => Math.max(most, count), 1);
  const vectorOf = (id: string) => {
    const index = indexOf.get(id);
    return index === undefined ? undefined : rowOf(catalogue, index);
  };

  function inputOf(taste: Taste, images: readonly number[], together: ReadonlyMap<string, SpokenFor>, now: number): ComposeInput {
    const candidates = images.map((image): Candidate => ({
      image_id: ids[image]!, vector: rowOf(catalogue, image), creator: "", phash: 0n, created_at: 0, quality: unknownQuality,
      popularity: likes[image]! / mostLikes, together: together.get(ids[image]!)?.score ?? 0, sources: [],
    }));
    return { taste, calibration, candidates, regions: [], settings: { adventure: 0 }, limit: 0, pages: 0, now, random: () => 0 };
  }

  return {
    together: (links: TogetherLinks, liked: readonly Said[]) =>
      togetherScores(links, liked.map(({ image }) => ({ image_id: ids[image]!, strength: 1 })), ids.length),

    /** The taste after a history, and the ratings of its second half as outcomes of slots. */
    follow({ id, said }: History, links: TogetherLinks): { taste: Taste; outcomes: SlotOutcome[] } {
      let taste = emptyTaste(id, calibration.space);
      const outcomes: SlotOutcome[] = [];
      for (let from = 0; from < said.length; from += pageLength) {
        const page = said.slice(from, from + pageLength);
        if (from >= said.length >> 1) {
          const before = said.slice(0, from).filter(({ verdict }) => verdict === "liked");
          const images = page.map(({ image }) => image);
          const input = { ...inputOf(taste, images, this.together(links, before), page[0]!.at), outcomes: [...outcomes] };
          const pool = preparePool(input, feedConfig);
          const rows = new Map(pool.candidates.map(({ image_id }, row) => [image_id, row]));
          for (const { image, at, verdict } of page) {
            const image_id = ids[image]!;
            outcomes.push({ image_id, vector: rowOf(catalogue, image), source: "puddle", position: 0, at, outcome: outcomeOf[verdict], features: featuresOf(pool, rows.get(image_id)!, input, feedConfig) });
          }
        }
        const events = page.map(({ image, at, verdict }, i): TasteEvent => ({
          viewer_seq: from + i + 1, event_id: `${id}-${from + i + 1}`, kind: kindOf[verdict], image_id: ids[image]!, at,
        }));
        taste = applyEvents(taste, events, vectorOf, calibration);
      }
      return { taste, outcomes };
    },

    score(taste: Taste, images: readonly number[], together: ReadonlyMap<string, SpokenFor>, outcomes: readonly SlotOutcome[], now: number, blendPrior: Blend): Float64Array {
      const input = { ...inputOf(taste, images, together, now), outcomes, blendPrior };
      const blend = blendFor(input, feedConfig, readiness(taste.signals, taste.puddles.length), together.size > 0 ? 1 : 0);
      const parts = { blend, lessened: lessened([], now, feedConfig), receptions: puddleReceptions(taste, [], now, feedConfig) };
      return scorePool(preparePool(input, feedConfig), input, feedConfig, parts).total;
    },
  };
}

import { gatherCandidates } from "#gpu-node/taste/gather.ts";
import type { GatherParts } from "#gpu-node/taste/gather.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { compose } from "#shared/feed/compose.ts";
import type { FeedConfig } from "#shared/feed/feed-config.ts";
import type { RegionSketch, Slot, SlotOutcome } from "#shared/feed/candidate.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import { rowOf } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";
import { isLike } from "../viewer-model.ts";
import type { World } from "../world/world.ts";
import type { Feed, MakePolicy, Policy } from "./policy.ts";
import { nodeInMemory } from "./node-in-memory.ts";

const latelyShown = 96;
const rewardPrior = { alpha: 1, beta: 9 };

/** What is changed of ours to measure a part's worth. */
export interface OursVariant {
  feed?: Partial<FeedConfig>;
}

export const oursPolicy: MakePolicy = (world) => makeOurs(world, {});

export function makeOurs(world: World, _variant: OursVariant): Policy {
  const { parts, regionsNow } = nodeInMemory(world);
  const indexOf = new Map(world.catalogue.images.map(({ id, index }) => [id, index]));
  return { name: "ours", feedFor: ({ id, seed }) => oursFeed(world, parts, regionsNow, indexOf, id, seed) };
}

function oursFeed(world: World, parts: GatherParts, regionsNow: ReturnType<typeof nodeInMemory>["regionsNow"], indexOf: Map<string, number>, viewer: string, seed: number): Feed {
  const { catalogue, calibration } = world;
  const random = seededRandom(`ours ${seed}`);
  const regionOf = regionsNow.regionOf;
  const vectorOf = (id: string) => rowOf(catalogue, indexOf.get(id)!);
  let taste: Taste = emptyTaste(viewer, calibration.space);
  let heard = 0;
  let seq = 0;
  const served = new Map<number, Slot>();
  return {
    async page({ history, seen, now, slots }) {
      const events: TasteEvent[] = [];
      for (const slot of history.slice(heard)) for (const one of slot.reaction) events.push(eventOf(slot, one, ++seq));
      heard = history.length;
      taste = applyEvents(taste, events, vectorOf, calibration);
      const idOf = (index: number) => catalogue.images[index]!.id;
      const explored = history.filter(({ image }) => served.get(image)!.source === "explore");
      const welcomed = explored.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind)));
      const candidates = await gatherCandidates(parts, {
        taste, regions: regionsNow, slots, mood: null, barred: new Set([...seen].map(idOf)), avoided: new Set(), now, random,
      });
      const count = (these: readonly LoggedSlot[]) => countBy(these.map(({ image }) => regionOf[image]!));
      const [offered, good] = [count(explored), count(welcomed)];
      const [page] = compose({
        taste, calibration, candidates, settings: defaultSettings, now, random,
        regions: regionsNow.regions.map(({ id, centroid }): RegionSketch => ({
          id, centroid, reward: { alpha: rewardPrior.alpha + (good.get(id) ?? 0), beta: rewardPrior.beta + (offered.get(id) ?? 0) - (good.get(id) ?? 0) },
        })),
        outcomes: history.map((slot) => outcomeOf(slot, served.get(slot.image)!, regionOf[slot.image]!)),
        shown: count(history.slice(-latelyShown)),
        limit: slots, pages: 1,
      });
      for (const slot of page?.slots ?? []) served.set(indexOf.get(slot.image_id)!, slot);
      return (page?.slots ?? []).map(({ image_id }) => indexOf.get(image_id)!);
    },
  };

  function outcomeOf({ image, position, at, reaction }: LoggedSlot, slot: Slot, region_id: string): SlotOutcome {
    const { id, creator, style } = catalogue.images[image]!;
    const kinds = reaction.map(({ kind }) => kind);
    const welcomed = kinds.some((kind) => isLike(kind) || kind === "open");
    return {
      image_id: id, source: slot.source, region_id, creator, style, features: slot.features, position, at,
      ...(slot.anchor === undefined ? {} : { puddle_id: slot.anchor.puddle_id }),
      outcome: welcomed ? "welcomed" : kinds.includes("hide") ? "refused" : "ignored",
    };
  }

  function eventOf({ image, at }: LoggedSlot, one: LoggedSlot["reaction"][number], viewer_seq: number): TasteEvent {
    return { viewer_seq, event_id: `${viewer}-${viewer_seq}`, image_id: catalogue.images[image]!.id, at, kind: one.kind, ...(one.value === undefined ? {} : { value: one.value }) };
  }
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

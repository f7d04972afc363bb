import { pageInput } from "#gpu-node/taste/page-input.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import type { ComposeInput, Slot, SlotOutcome } from "#shared/feed/candidate.ts";
import { compose } from "#shared/feed/compose.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { FeedConfig } from "#shared/feed/feed-config.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { isLike } from "../viewer-model.ts";
import { rowOf } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";
import type { World } from "../world/world.ts";
import { nodeInMemory } from "./node-in-memory.ts";
import type { Unheard } from "./collective-in-memory.ts";
import type { NodeInMemory } from "./node-in-memory.ts";
import type { Feed, MakePolicy, Policy, Turn } from "./policy.ts";

/** What is changed of ours to measure a part's worth. */
export interface OursVariant {
  feed?: (config: FeedConfig) => FeedConfig;
  taste?: (config: TasteConfig) => TasteConfig;
  /** What viewers tell about each other is not known in this respect. */
  unheard?: Unheard;
  /** Hears of every page as it is composed. */
  onPage?: (page: ComposedPage) => void;
}

/** A page, and all that its composition was given. */
export interface ComposedPage {
  viewer: string;
  input: ComposeInput;
  slots: readonly Slot[];
}

/** Slots of late by which exploration moves on, and slots whose outcome composing learns from: as the node reads them. */
const latelyShown = 96;
const outcomesRead = 240;

export const oursPolicy: MakePolicy = (world) => makeOurs(world, {});

/** MiraVeja's own engine: the node's gathering, the shared composition and the fold of taste, over stores in memory. */
export function makeOurs(world: World, { feed = same, taste = same, unheard, onPage }: OursVariant): Policy {
  const node = nodeInMemory(world);
  const configs = { feed: feed(feedConfig), taste: taste(tasteConfig), ...(unheard && { unheard }), ...(onPage && { onPage }) };
  return { name: "ours", feedFor: ({ id, seed }) => new OursFeed(world, node, configs, id, seed) };
}

interface Configs {
  feed: FeedConfig;
  taste: TasteConfig;
  unheard?: Unheard;
  onPage?: (page: ComposedPage) => void;
}

class OursFeed implements Feed {
  readonly #world: World;
  readonly #node: NodeInMemory;
  readonly #configs: Configs;
  readonly #collective: ReturnType<NodeInMemory["collective"]["memoryFor"]>;
  readonly #random;
  readonly #served = new Map<number, Slot>();
  readonly #log: TasteEvent[] = [];
  readonly #viewer: string;
  #taste: Taste;
  #heard = 0;
  #lastNow: number | undefined;

  constructor(world: World, node: NodeInMemory, configs: Configs, viewer: string, seed: number) {
    this.#world = world;
    this.#node = node;
    this.#configs = configs;
    this.#viewer = viewer;
    this.#collective = node.collective.memoryFor(viewer, configs.unheard);
    this.#random = seededRandom(`ours ${seed}`);
    this.#taste = emptyTaste(viewer, world.calibration.space);
  }

  async page({ history, seen, now, slots }: Turn): Promise<number[]> {
    this.#hear(history);
    if (this.#lastNow !== undefined && Math.floor(now / dayMs) > Math.floor(this.#lastNow / dayMs)) this.#passNight(history, now);
    this.#lastNow = now;
    const { parts, regionsNow, indexOf } = this.#node;
    const idOf = (index: number) => this.#world.catalogue.images[index]!.id;
    const input = await pageInput({ ...parts, collective: this.#collective.memory }, {
      viewer_id: this.#viewer, taste: this.#taste, settings: defaultSettings, regions: regionsNow, mood: null, limit: slots, pages: 1, now,
      outcomes: history.slice(-outcomesRead).map((slot) => this.#outcomeOf(slot)),
      lately: history.slice(-latelyShown).map(({ image }) => idOf(image)),
      barred: new Set([...seen].map(idOf)), avoided: new Set(),
      random: this.#random, config: this.#configs.feed, tasteConfig: this.#configs.taste,
    });
    const [page] = compose(input);
    const filled = page?.slots ?? [];
    this.#configs.onPage?.({ viewer: this.#viewer, input, slots: filled });
    for (const slot of filled) this.#served.set(indexOf.get(slot.image_id)!, slot);
    return filled.map(({ image_id }) => indexOf.get(image_id)!);
  }

  #hear(history: readonly LoggedSlot[]): void {
    const { images } = this.#world.catalogue;
    const events = history.slice(this.#heard).flatMap(({ image, at, reaction }) => reaction.map((one) => ({ ...one, image_id: images[image]!.id, at })));
    this.#heard = history.length;
    this.#fold(events);
  }

  /** The nightly jobs: the puddles are drawn anew, and neighbours and community are looked for. */
  #passNight(history: readonly LoggedSlot[], now: number): void {
    this.#fold([{ kind: "recluster", at: Math.floor(now / dayMs) * dayMs }]);
    this.#collective.night({ viewer: this.#viewer, taste: this.#taste, history, now });
  }

  #fold(events: readonly Omit<TasteEvent, "viewer_seq" | "event_id">[]): void {
    const { catalogue, calibration } = this.#world;
    const before = this.#log.length;
    for (const event of events) this.#log.push({ ...event, viewer_seq: this.#log.length + 1, event_id: `${this.#viewer}-${this.#log.length + 1}` });
    const vectorOf = (id: string) => rowOf(catalogue, this.#node.indexOf.get(id)!);
    this.#taste = applyEvents(this.#taste, this.#log.slice(before), vectorOf, calibration, { history: this.#log.slice(0, before), config: this.#configs.taste });
  }

  #outcomeOf({ image, position, at, reaction }: LoggedSlot): SlotOutcome {
    // What another policy showed counts as a page made without the node.
    const slot = this.#served.get(image);
    const { id, creator, style } = this.#world.catalogue.images[image]!;
    const kinds = reaction.map(({ kind }) => kind);
    const welcomed = kinds.some((kind) => isLike(kind) || kind === "open");
    return {
      image_id: id, source: slot?.source ?? "popular", creator, style, position, at,
      ...(slot && { features: slot.features }),
      ...(slot?.anchor && { puddle_id: slot.anchor.puddle_id }),
      outcome: kinds.includes("hide") ? "refused" : welcomed ? "welcomed" : "ignored",
    };
  }
}

function same<T>(config: T): T {
  return config;
}

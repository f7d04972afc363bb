import type { SpaceView } from "#shared/contract/node.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { JobStore } from "#shared/stores/job-store.ts";
import type { NewSpace, SpaceStore, StoredSpace } from "#shared/stores/space-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import { repeatedly } from "../background.ts";
import { runIfDue } from "../collective/scheduled-job.ts";
import { startJobs, type Jobs } from "../jobs.ts";
import { createEmbedder } from "../embedding/embedder.ts";
import type { Encoders } from "../models/encoders.ts";
import type { ImageEncoder } from "../models/image-encoder.ts";
import { nodeEncoder } from "../models/node-encoder.ts";
import { describeError, type Log } from "../runtime/log.ts";
import type { Services } from "../services.ts";
import { fillJob } from "./fill-job.ts";
import { fillSpace } from "./fill-space.ts";
import type { FillWatch } from "./fill-watch.ts";
import { EdgeAway, type Originals } from "./originals.ts";

/** The space a node serves at the moment, and its way to another. */
export interface NodeSpaces {
  services: () => Services;
  /** Begins the jobs, follows what the database says serves, and fills what is to be filled. */
  start(): void;
  stop(): Promise<void>;
}

export interface NodeSpacesParts {
  /** IMAGE_ENCODER. */
  wanted: string | undefined;
  encoders: Encoders;
  /** Services of a space; what this gives them is as `Services` has it. */
  open: (space: NewSpace, more: Pick<Services, "embedder" | "encoders" | "spaces">) => Services;
  spaces: SpaceStore;
  vectors: VectorStore;
  jobs: JobStore;
  /** None where EDGE_URL is not set. */
  originals: Originals | undefined;
  watch: FillWatch;
  /** This node by name: started again, it takes up its own run at once. */
  holder: string;
  clock: Clock;
  log: Log;
}

const lookEveryMs = 3 * secondMs;
const overlap = 200;
/** Embedding anew takes one thread, and what the others leave. */
const behindAll = { threads: 1, background: true, timeLimitMs: 60 * secondMs };

/** Makes the wanted space known and says what serves. A database that is away is asked again later; till then the node stands as it was told to. */
export async function openSpaces(parts: NodeSpacesParts): Promise<NodeSpaces> {
  const { wanted, encoders, spaces, jobs: jobStore, watch, clock, log, originals = noEdge, holder, vectors } = parts;
  let known: StoredSpace[] = [];
  let begun = false;
  let prepared: Services | undefined;
  let jobs: Jobs | undefined;
  let looked = 0;
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();

  const stateOf = (state: StoredSpace["state"]): StoredSpace | undefined => known.find((space) => space.state === state);

  const encoderOf = (space: StoredSpace | undefined): ImageEncoder | undefined => (space === undefined ? undefined : encoders.ofSpace(space.space));

  const read = async (): Promise<void> => {
    known = await spaces.all();
    for (const { space, state } of known) {
      const name = state === "retired" ? undefined : encoders.nameOf(space);
      if (name !== undefined) await encoders.open(name);
    }
  };

  const begin = async (): Promise<void> => {
    await read();
    const serving = stateOf("serving");
    const told = wanted === undefined ? undefined : await encoders.open(wanted);
    // Without a setting a node goes on with what there is, unless this build has no encoder for that any more.
    const usual = serving === undefined || (wanted === undefined && encoders.nameOf(serving.space) === undefined) ? nodeEncoder : undefined;
    const next = told ?? usual;
    if (next !== undefined) {
      await spaces.want(newSpace(next));
      await read();
    }
    begun = true;
  };

  const more: Pick<Services, "encoders" | "spaces"> = {
    encoders() {
      const seeing = [stateOf("serving"), stateOf("filling")].flatMap((space) => encoderOf(space) ?? []);
      return seeing.length > 0 ? seeing : [nodeEncoder];
    },
    async spaces() {
      const rows = await spaces.all().catch(() => known);
      return rows.map(({ space, state }): SpaceView => {
        const filling = watch.of(space);
        return { space, state, ...(filling !== undefined && { filling }) };
      });
    },
  };

  await begin().catch((error: unknown) => log({ event: "job.failed", job: "spaces", ...describeError(error) }));
  const openServices = (space: NewSpace): Services => parts.open(space, { ...more, embedder: createEmbedder(encoders.ofSpace(space.space) ?? nodeEncoder) });
  let current = openServices(stateOf("serving") ?? newSpace((wanted === undefined ? undefined : await encoders.open(wanted)) ?? nodeEncoder));

  /** From now on requests are answered in this space; those under way end in the one before. */
  const turnTo = async (space: StoredSpace): Promise<void> => {
    const next = prepared?.calibration.space === space.space ? prepared : openServices(space);
    await next.vectors.follow();
    const before = current;
    current = next;
    prepared = undefined;
    looked = 0;
    log({ event: "space.serving", space: space.space });
    await jobs?.stop();
    await before.keeper.flush();
    jobs = startJobs(next);
  };

  const fillUp = async (space: StoredSpace, encoder: ImageEncoder, signal: AbortSignal): Promise<void> => {
    await using embedder = createEmbedder(encoder, behindAll);
    if (prepared?.calibration.space !== space.space) prepared = openServices(space);
    const job = fillJob(space, { spaces, serving: current, next: prepared, fill: { images: current.images, vectors, spaces, originals, embedder, log }, watch, clock });
    await runIfDue(job, undefined, { jobs: jobStore, holder, clock, log }, signal);
  };

  /** Images that came in while another space served, or through a node that did not know this one yet. */
  const fillGaps = async (encoder: ImageEncoder, signal: AbortSignal): Promise<void> => {
    await using embedder = createEmbedder(encoder, behindAll);
    const reached = await fillSpace(encoder.space, { images: current.images, vectors, spaces, originals, embedder, log }, { signal, told: () => Promise.resolve() }, looked);
    looked = Math.max(0, reached - overlap);
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    if (!begun) await begin();
    await read();
    const serving = stateOf("serving");
    const filling = stateOf("filling");
    if (serving !== undefined && serving.space !== current.calibration.space) await turnTo(serving);
    const [seesServing, seesFilling] = [encoderOf(serving), encoderOf(filling)];
    if (filling !== undefined && seesFilling !== undefined) {
      await fillUp(filling, seesFilling, signal);
      await read();
      const now = stateOf("serving");
      if (now !== undefined && now.space !== current.calibration.space && !signal.aborted) await turnTo(now);
    } else if (seesServing !== undefined && parts.originals !== undefined) await fillGaps(seesServing, signal);
  };

  return {
    services: () => current,
    start() {
      jobs = startJobs(current);
      following = repeatedly("spaces", lookEveryMs, look, { signal: stopping.signal, log });
    },
    async stop() {
      stopping.abort();
      await following;
      await jobs?.stop();
    },
  };
}

const newSpace = ({ space, dim, calibration }: ImageEncoder): NewSpace => ({ space, dim, distance: calibration });

const noEdge: Originals = () => Promise.reject(new EdgeAway("EDGE_URL is not set, so no original can be had to embed anew"));

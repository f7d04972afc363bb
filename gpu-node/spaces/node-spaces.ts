import type { SpaceView } from "#shared/contract/node.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { JobStore } from "#shared/stores/job-store.ts";
import type { NewSpace, SpaceStore, StoredSpace } from "#shared/stores/space-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import { repeatedly } from "../background.ts";
import { runIfDue } from "../collective/scheduled-job.ts";
import { startJobs, type Jobs } from "../jobs.ts";
import { createEmbedder } from "../embedding/embedder.ts";
import { encoderOfSpace, nodeEncoder, openEncoder } from "../models/node-encoder.ts";
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
  /** Services of a space; `encoders` and `spaces` as `Services` has them. */
  open: (space: NewSpace, more: Pick<Services, "encoders" | "spaces">) => Services;
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
  const { wanted, spaces, jobs: jobStore, watch, clock, log, originals = noEdge, holder, vectors } = parts;
  let known: StoredSpace[] = [];
  let begun = false;
  let prepared: Services | undefined;
  let jobs: Jobs | undefined;
  let looked = 0;
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();

  const stateOf = (state: StoredSpace["state"]): StoredSpace | undefined => known.find((space) => space.state === state);

  const begin = async (): Promise<void> => {
    known = await spaces.all();
    const serving = stateOf("serving");
    // Without a setting a node goes on with what there is, unless it has no encoder for that any more.
    if (wanted !== undefined || serving === undefined || encoderOfSpace(serving.space) === undefined) {
      await spaces.want(await told(wanted));
      known = await spaces.all();
    }
    begun = true;
  };

  const more: Pick<Services, "encoders" | "spaces"> = {
    encoders() {
      const names = [stateOf("serving"), stateOf("filling")].flatMap((space) => (space === undefined ? [] : (encoderOfSpace(space.space) ?? [])));
      return names.length > 0 ? names : [wanted ?? nodeEncoder.space];
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
  let current = parts.open(stateOf("serving") ?? (await told(wanted)), more);

  /** From now on requests are answered in this space; those under way end in the one before. */
  const turnTo = async (space: StoredSpace): Promise<void> => {
    const next = prepared?.calibration.space === space.space ? prepared : parts.open(space, more);
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

  const fillUp = async (space: StoredSpace, signal: AbortSignal): Promise<void> => {
    await using embedder = createEmbedder(space, behindAll);
    if (prepared?.calibration.space !== space.space) prepared = parts.open(space, more);
    const job = fillJob(space, { spaces, serving: current, next: prepared, fill: { images: current.images, vectors, spaces, originals, embedder, log }, watch, clock });
    await runIfDue(job, undefined, { jobs: jobStore, holder, clock, log }, signal);
  };

  /** Images that came in while another space served, or through a node that did not know this one yet. */
  const fillGaps = async (space: StoredSpace, signal: AbortSignal): Promise<void> => {
    await using embedder = createEmbedder(space, behindAll);
    const reached = await fillSpace(space.space, { images: current.images, vectors, spaces, originals, embedder, log }, { signal, told: () => Promise.resolve() }, looked);
    looked = Math.max(0, reached - overlap);
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    if (!begun) await begin();
    known = await spaces.all();
    const serving = stateOf("serving");
    const filling = stateOf("filling");
    if (serving !== undefined && serving.space !== current.calibration.space) await turnTo(serving);
    if (filling !== undefined && encoderOfSpace(filling.space) !== undefined) {
      await fillUp(filling, signal);
      known = await spaces.all();
      const now = stateOf("serving");
      if (now !== undefined && now.space !== current.calibration.space && !signal.aborted) await turnTo(now);
    } else if (serving !== undefined && parts.originals !== undefined && encoderOfSpace(serving.space) !== undefined) await fillGaps(serving, signal);
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

async function told(encoder: string | undefined): Promise<NewSpace> {
  const { space, dim, calibration } = await openEncoder(encoder ?? nodeEncoder.space);
  return { space, dim, distance: calibration };
}

const noEdge: Originals = () => Promise.reject(new EdgeAway("EDGE_URL is not set, so no original can be had to embed anew"));

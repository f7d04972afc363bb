import { move, transferableSymbol, valueSymbol } from "piscina";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { spreadPictures, type Answer, type Feeds } from "./feeds.ts";
import type { Provider } from "./providers.ts";

/** What to open, and how. */
export interface SessionPlan {
  file: string;
  /** Tried in this order. */
  providers: readonly Provider[];
  /** Threads that share one operation on the processor. */
  threads: number;
  /** Names the output wanted may have; the first that the network has. */
  output: readonly string[];
  /** Run once, as large as any run will be: what is slow the first time is over then, and the memory it needs is taken. */
  warmUp: Feeds;
}

export interface OpenedSession {
  provider: Provider;
  /** Those tried before, and why each would not do. */
  passedOver: { provider: Provider; why: string }[];
  /** Entries of one answer. */
  width: number;
}

export type SessionTask = { do: "open"; plan: SessionPlan } | { do: "run"; feeds: Feeds } | { do: "close" };

let network: { session: InferenceSession; output: string } | undefined;

/**
 * One network in a thread of its own. onnxruntime's binding computes on the thread that asks, so in the main thread a batch would hold
 * the node's event loop for as long as it takes.
 */
export default async function sessionThread(task: SessionTask): Promise<OpenedSession | Answer | undefined> {
  switch (task.do) {
    case "open": return open(task.plan);
    case "run": return moved(await run(task.feeds));
    case "close": return close();
  }
}

async function open({ file, providers, threads, output, warmUp }: SessionPlan): Promise<OpenedSession> {
  const passedOver: OpenedSession["passedOver"] = [];
  for (const provider of providers) {
    try {
      const session = await InferenceSession.create(file, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        // Threads that spin while they wait take the cores on which pictures are decoded.
        extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
      });
      const wanted = output.find((name) => session.outputNames.includes(name));
      network = { session, output: wanted ?? session.outputNames[0]! };
      // A provider may take a network and fail at its first run.
      const { dims } = await run(warmUp);
      return { provider, passedOver, width: dims.at(-1)! };
    } catch (error) {
      await close();
      const why = firstLine(error);
      if (provider === providers.at(-1)) throw new Error(`onnxruntime cannot open ${file}: ${why}`, { cause: error });
      passedOver.push({ provider, why });
    }
  }
  throw new RangeError("no execution provider was named");
}

async function run(feeds: Feeds): Promise<Answer> {
  if (network === undefined) throw new Error("the session is closed");
  const { session, output } = network;
  const given = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)).map(([name, feed]): [string, Tensor] => {
    if (feed.type === "pictures") return [name, new Tensor("float32", spreadPictures(feed), [feed.pictures.length, 3, feed.side, feed.side])];
    return [name, feed.data instanceof BigInt64Array ? new Tensor("int64", feed.data, feed.dims) : new Tensor("float32", feed.data, feed.dims)];
  });
  const { dims, data } = (await session.run(Object.fromEntries(given), [output]))[output]!;
  // Copied: what onnxruntime hands out may be its own memory, which cannot change hands. Half-precision numbers become float32 by it.
  return { dims, data: Float32Array.from(data as ArrayLike<number>) };
}

async function close(): Promise<undefined> {
  await network?.session.release();
  network = undefined;
}

/** Marks an answer so that its buffer changes hands instead of being copied. */
function moved(answer: Answer): Answer {
  return move({ [transferableSymbol]: [answer.data.buffer], [valueSymbol]: answer }) as unknown as Answer;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;

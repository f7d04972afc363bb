import type { ApiViewer } from "#tests/harness/viewer.ts";
import { startBareWorker } from "./bare-worker.ts";
import { median, quantile } from "./figures.ts";
import { LoadGenerator, type Asked } from "./load.ts";
import { cpuMs, processesBelow } from "./machine.ts";
import type { Row } from "./report.ts";
import { WaitingPages } from "./waiting-pages.ts";
import type { World } from "./world.ts";

export interface CachedPageSize {
  pagesEach: number;
  rounds: number;
  rateRounds: number;
}

/** One Worker that is measured, with what has been measured of it. */
interface Side {
  load: LoadGenerator;
  asked: readonly Asked[];
  /** Its workerd. */
  pids: readonly number[];
  perSecond: number[];
  cpuMs: number;
  redisRequests: number;
  atRateMs: number[];
  close(): Promise<void>;
}

const width = 16;
/** On a busy machine fewer rounds are run than asked for, but never fewer than this. */
const fewestRounds = 3;
const patienceMs = 90_000;
/** V8 compiles for good only what has run some thousands of times: a Worker under load has. Both sides are warmed alike. */
const warmUpRounds = 4;
const connections = 64;
const ratePerSecond = 200;
const settleSeconds = 1;
const goals = { ratio: 0.7, p99Ms: 15 };

/** A page that waits in Redis, from the edge and from the bare route in turns, on one machine in one run. */
export async function measureCachedPages(world: World, viewers: readonly ApiViewer[], size: CachedPageSize, say: (line: string) => void): Promise<Row[]> {
  say("composing the pages that will wait in Redis");
  const waiting = await WaitingPages.prepare(world, viewers, size.pagesEach);
  const sides = await openSides(world, waiting);
  const { edge, bare } = sides;
  const all = [edge, bare];
  try {
    say("warming up");
    for (let round = 0; round < warmUpRounds; round++) {
      for (const side of all) {
        await waiting.restore();
        await side.load.asFastAsPossible(width);
      }
    }
    const until = performance.now() + patienceMs;
    let rounds = 0;
    for (; rounds < size.rounds && (rounds < fewestRounds || performance.now() < until); rounds++) {
      say(`cached page against the bare route, round ${rounds + 1} of ${size.rounds}`);
      await waiting.restore();
      // Who goes first changes every round, so that a drift of the machine favours nobody.
      for (const side of rounds % 2 === 0 ? all : all.toReversed()) await runRound(world, side);
    }
    for (let round = 0; round < size.rateRounds; round++) {
      say(`${ratePerSecond} requests a second, round ${round + 1} of ${size.rateRounds}`);
      for (const side of [edge, bare]) {
        await waiting.restore();
        side.atRateMs.push(...(await side.load.atRate(ratePerSecond, settleSeconds)).latenciesMs);
      }
    }
    return rowsOf(sides, waiting, rounds * waiting.asked.length, `median of ${rounds} interleaved rounds of ${waiting.asked.length} pages of ${waiting.bytesEach} bytes, ${viewers.length} viewers, ${width} at once`);
  } finally {
    for (const side of all) await side.close();
  }
}

async function openSides(world: World, waiting: WaitingPages): Promise<Record<"edge" | "bare", Side>> {
  const taken = new Set<number>();
  const open = async (url: string, asked: readonly Asked[], worker?: { close(): Promise<void> }): Promise<Side> => {
    const pids = (await processesBelow(process.pid)).filter(({ name, pid }) => name === "workerd" && !taken.has(pid)).map(({ pid }) => pid);
    for (const pid of pids) taken.add(pid);
    const load = new LoadGenerator({ url, asked, connections });
    return {
      load, asked, pids, perSecond: [], cpuMs: 0, redisRequests: 0, atRateMs: [],
      close: async () => {
        await load.close();
        await worker?.close();
      },
    };
  };
  const { redis } = world.stack.connections;
  const edge = await open(world.stack.url, waiting.asked);
  const route = await startBareWorker(redis);
  return { edge, bare: await open(route.url, waiting.bareAsked, route) };
}

async function runRound(world: World, side: Side): Promise<void> {
  const cpuBefore = cpuOf(side);
  const requestsBefore = await redisRequests(world);
  const { seconds } = await side.load.asFastAsPossible(width);
  side.perSecond.push(side.asked.length / seconds);
  side.cpuMs += cpuOf(side) - cpuBefore;
  side.redisRequests += (await redisRequests(world)) - requestsBefore;
}

function rowsOf({ edge, bare }: Record<"edge" | "bare", Side>, waiting: WaitingPages, pages: number, how: string): Row[] {
  const ratio = median(edge.perSecond.map((rate, round) => rate / bare.perSecond[round]!));
  const p99 = quantile(edge.atRateMs, 0.99);
  return [
    {
      what: "cached page / bare route",
      figures: { ratio, edge_per_s: median(edge.perSecond), bare_per_s: median(bare.perSecond) },
      goal: { says: `ratio of at least ${goals.ratio}`, met: ratio >= goals.ratio },
      note: how,
    },
    {
      what: "  processor time in workerd",
      figures: { edge_ms: edge.cpuMs / pages, bare_ms: bare.cpuMs / pages },
      note: "a page",
    },
    {
      what: "  Redis round trips a page",
      figures: { requests: edge.redisRequests / pages },
      goal: { says: "exactly 1", met: edge.redisRequests === pages },
      note: `the gateway counted ${edge.redisRequests} requests for ${pages} pages of ${waiting.asked.length} places`,
    },
    {
      what: `cached page at ${ratePerSecond}/s`,
      figures: { p50_ms: quantile(edge.atRateMs, 0.5), p99_ms: p99, bare_p50_ms: quantile(bare.atRateMs, 0.5), bare_p99_ms: quantile(bare.atRateMs, 0.99) },
      goal: { says: `p99 under ${goals.p99Ms} ms`, met: p99 < goals.p99Ms },
      note: `open loop, timed from when each should have left, after ${settleSeconds} s of the same load; ${edge.atRateMs.length} requests`,
    },
  ];
}

function cpuOf({ pids }: Side): number {
  return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
}

/** As the gateway itself counts them. */
async function redisRequests({ stack }: World): Promise<number> {
  const { url, token } = stack.connections.redis;
  const response = await fetch(new URL("/served", url), { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { requests: number }).requests;
}

import { type ApiViewer } from "#tests/harness/viewer.ts";
import { median, quantile } from "./figures.ts";
import { LoadGenerator } from "./load.ts";
import { cpuMs, processesBelow } from "./machine.ts";
import type { Row } from "./report.ts";
import { startBareWorker } from "./bare-worker.ts";
import { WaitingPages } from "./waiting-pages.ts";
import type { World } from "./world.ts";

export interface CachedPageSize {
  pagesEach: number;
  rounds: number;
  rateRounds: number;
}

const width = 16;
const ratePerSecond = 200;
const goals = { ratio: 0.7, p99Ms: 15 };

/** A page that waits in Redis, from the edge and from the bare route in turns, on one machine in one run. */
export async function measureCachedPages(world: World, viewers: readonly ApiViewer[], size: CachedPageSize, say: (line: string) => void): Promise<Row[]> {
  say("composing the pages that will wait in Redis");
  const waiting = await WaitingPages.prepare(world, viewers, size.pagesEach);
  const ours = new Set((await workerds()).map(({ pid }) => pid));
  const bare = await startBareWorker(world.stack.connections.redis);
  const theirs = new Set((await workerds()).map(({ pid }) => pid).filter((pid) => !ours.has(pid)));
  const edgeLoad = new LoadGenerator(world.stack.url, 64);
  const bareLoad = new LoadGenerator(bare.url, 64);
  try {
    const edge = { load: edgeLoad, asked: waiting.asked, pids: ours };
    const other = { load: bareLoad, asked: waiting.bareAsked, pids: theirs };

    say("warming both up");
    for (const side of [edge, other]) {
      await waiting.restore();
      await side.load.asFastAsPossible(side.asked, width);
    }

    const perSecond = { edge: [] as number[], bare: [] as number[] };
    const cpu = { edge: 0, bare: 0 };
    let roundTrips = 0;
    for (let round = 0; round < size.rounds; round++) {
      say(`cached page against the bare route, round ${round + 1} of ${size.rounds}`);
      await waiting.restore();
      // Who goes first changes every round, so that a drift of the machine favours neither.
      for (const name of round % 2 === 0 ? (["edge", "bare"] as const) : (["bare", "edge"] as const)) {
        const side = name === "edge" ? edge : other;
        const before = { cpu: cpuOf(side.pids), served: await redisRequests(world) };
        const { seconds } = await side.load.asFastAsPossible(side.asked, width);
        perSecond[name].push(side.asked.length / seconds);
        cpu[name] += cpuOf(side.pids) - before.cpu;
        if (name === "edge") roundTrips += (await redisRequests(world)) - before.served;
      }
    }

    const latencies = { edge: [] as number[], bare: [] as number[] };
    for (let round = 0; round < size.rateRounds; round++) {
      for (const name of ["edge", "bare"] as const) {
        say(`${ratePerSecond} requests a second at the ${name === "edge" ? "edge" : "bare route"}, round ${round + 1} of ${size.rateRounds}`);
        await waiting.restore();
        const side = name === "edge" ? edge : other;
        latencies[name].push(...(await side.load.atRate(side.asked, ratePerSecond)).latenciesMs);
      }
    }

    const pages = size.rounds * waiting.asked.length;
    const ratio = median(perSecond.edge.map((rate, round) => rate / perSecond.bare[round]!));
    const trips = roundTrips / pages;
    const p99 = quantile(latencies.edge, 0.99);
    return [
      {
        what: "cached page / bare route",
        figures: { ratio, edge_per_s: median(perSecond.edge), bare_per_s: median(perSecond.bare) },
        goal: { says: `ratio of at least ${goals.ratio}`, met: ratio >= goals.ratio },
        note: `median of ${size.rounds} interleaved rounds of ${waiting.asked.length} pages of ${waiting.bytesEach} bytes, ${viewers.length} viewers, ${width} at once`,
      },
      {
        what: "  processor time in workerd",
        figures: { edge_ms: cpu.edge / pages, bare_ms: cpu.bare / pages, ratio: cpu.bare / cpu.edge },
        note: "per page; the local proxy in front of each Worker included",
      },
      {
        what: "  Redis round trips a page",
        figures: { requests: trips },
        goal: { says: "exactly 1", met: roundTrips === pages },
        note: `${roundTrips} requests reached the gateway for ${pages} pages`,
      },
      {
        what: `cached page at ${ratePerSecond}/s`,
        figures: { p50_ms: quantile(latencies.edge, 0.5), p99_ms: p99, bare_p50_ms: quantile(latencies.bare, 0.5), bare_p99_ms: quantile(latencies.bare, 0.99) },
        goal: { says: `p99 under ${goals.p99Ms} ms`, met: p99 < goals.p99Ms },
        note: `open loop, timed from when each should have left; ${latencies.edge.length} requests`,
      },
    ];
  } finally {
    edgeLoad.close();
    bareLoad.close();
    await bare.close();
  }
}

async function workerds() {
  return (await processesBelow(process.pid)).filter(({ name }) => name === "workerd");
}

function cpuOf(pids: ReadonlySet<number>): number {
  return [...pids].reduce((sum, pid) => sum + cpuMs(pid), 0);
}

/** As the gateway itself counts them. */
async function redisRequests({ stack }: World): Promise<number> {
  const { url, token } = stack.connections.redis;
  const response = await fetch(new URL("/served", url), { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { requests: number }).requests;
}

import { Agent, request } from "node:http";
import { workerData } from "piscina";
import type { Asked, LoadResult, LoadTask, LoadThread } from "./load.ts";

const { url, asked, connections } = workerData as LoadThread;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });

export default async function load(task: LoadTask): Promise<LoadResult> {
  const began = performance.now();
  const latenciesMs = "width" in task ? await closedLoop(task.width) : await openLoop(task.perSecond, task.settleSeconds, began);
  return { seconds: (performance.now() - began) / 1000, latenciesMs };
}

async function closedLoop(width: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let one = asked[next++]; one !== undefined; one = asked[next++]) {
      const sent = performance.now();
      await ask(one);
      latenciesMs.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return latenciesMs;
}

async function openLoop(perSecond: number, settleSeconds: number, began: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  let next = 0;
  while (next < asked.length) {
    const due = Math.min(asked.length, Math.floor(((performance.now() - began) / 1000) * perSecond) + 1);
    for (; next < due; next++) {
      const shouldLeave = began + (next * 1000) / perSecond;
      const counts = next >= settleSeconds * perSecond;
      underWay.push(
        ask(asked[next]!).then(() => {
          if (counts) latenciesMs.push(performance.now() - shouldLeave);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  return latenciesMs;
}

/** Compares what comes with what is expected as it comes: nothing is gathered. */
function ask({ path, headers, expected }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = request({ agent, hostname, port, path, headers }, (answer) => {
      let read = 0;
      let same = answer.statusCode === 200;
      answer.on("data", (chunk: Buffer) => {
        same &&= chunk.compare(expected, read, Math.min(expected.length, read + chunk.length)) === 0;
        read += chunk.length;
      });
      answer.on("error", reject);
      answer.on("end", () => {
        if (same && read === expected.length) resolve();
        else reject(new Error(`${path.slice(0, 40)} answered ${answer.statusCode} and ${read} bytes, not the page expected of ${expected.length}`));
      });
    });
    asking.on("error", reject);
    asking.end();
  });
}
